// Signing in and out, where the studio is on a network and asks for a password.

import { post } from "./api.js";
import { byId } from "./dom.js";
import { attempt } from "./messages.js";

/** Ask for user and password until they are right; then the page starts anew. */
export function askToSignIn() {
  const dialog = byId("signin");
  if (dialog.open) return;
  const form = dialog.querySelector("form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await post("/signin", { user: form.user.value, password: form.password.value });
      location.reload();
    } catch (error) {
      form.querySelector(".wrong").textContent = error.message;
    }
  };
  dialog.oncancel = (event) => event.preventDefault();
  dialog.showModal();
}

/** Show the button that signs out; the page then asks for user and password again. */
export function offerSignOut() {
  const button = byId("signout");
  button.hidden = false;
  button.onclick = () => attempt(async () => {
    await post("/signout");
    location.reload();
  });
}
