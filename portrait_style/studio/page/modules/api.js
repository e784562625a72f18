// Talking with the studio's server.

/** An error whose message is for the user. */
export class StudioError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const GONE = "The studio does not answer. Is its program still running? Start it again, then go on.";

/**
 * Ask the server for something.
 *
 * @param method "GET", "POST", "PATCH" or "DELETE"
 * @param path below /api
 * @param body FormData, anything that becomes JSON, or nothing
 * @param signal ends the request
 * @returns the response, which is a good one
 * @throws StudioError with the server's own line
 */
export async function request(method, path, body, signal) {
  const headers = method === "GET" ? {} : { "X-Studio": "1" };
  const settings = { method, headers, signal, credentials: "same-origin" };
  if (body instanceof FormData) settings.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    settings.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/api${path}`, settings);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new StudioError(GONE);
  }
  if (!response.ok) throw new StudioError(await reason(response), response.status);
  return response;
}

async function reason(response) {
  try {
    const { error } = await response.json();
    if (typeof error === "string") return error;
  } catch {
    // No JSON: what stands between the page and the studio answered.
  }
  return `The studio refused that (${response.status}).`;
}

/** Ask for JSON. */
export async function ask(method, path, body, signal) {
  const response = await request(method, path, body, signal);
  return response.status === 204 ? null : response.json();
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const patch = (path, body) => ask("PATCH", path, body);
export const remove = (path) => ask("DELETE", path);

/** Values as they are sent by a form; arrays are sent one by one. */
export function form(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== null) data.append(name, one);
  }
  return data;
}

/** Write the parts after a question mark. */
export function query(values) {
  return `?${new URLSearchParams(values)}`;
}
