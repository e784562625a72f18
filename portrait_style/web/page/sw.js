// Keeps the page's own files, answers with them, and asks no other server for anything.

importScripts("precache.js");

const PREFIX = "portrait-style-";
const CACHE = `${PREFIX}${self.SITE.version}`;
const LATER = new Set(self.SITE.later.map((name) => new URL(name, location).href));

self.addEventListener("install", (event) => {
  const files = self.SITE.first.map((name) => new Request(name, { cache: "no-cache" }));
  const stored = caches.open(CACHE).then((cache) => cache.addAll(files));
  event.waitUntil(stored.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidied = caches.keys().then((names) => {
    const former = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    return Promise.all(former.map((name) => caches.delete(name)));
  });
  event.waitUntil(tidied.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) {
    event.respondWith(answer(event.request));
  }
});

async function answer(request) {
  const cache = await caches.open(CACHE);
  // The page is one file, whatever is asked of it by its address.
  const folder = self.registration.scope;
  const address = request.url.split(/[?#]/)[0];
  const name = address === folder ? `${folder}index.html` : address;
  const kept = await cache.match(name);
  if (kept) return isolated(kept);
  const response = await fetch(request);
  if (response.ok && LATER.has(name)) await cache.put(name, response.clone());
  return isolated(response);
}

/** Only pages that share nothing with others may use several threads. */
function isolated(response) {
  if (response.type === "opaque" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
