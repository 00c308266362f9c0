import { Streams } from "./streams.mjs";

/**
 * Chromium gives up requests when an address of the machine comes or goes, as when hosts of a practice fleet start.
 * The page tries again; it says nothing about the page.
 */
const machine = /ERR_NETWORK_CHANGED|Failed to fetch dynamically imported module/;

/** Sees what a person does not: errors in the console, exceptions, requests to somebody else, the event streams. */
export class Witness {
  #name;
  #origin;
  #complaints = [];
  #excused = [machine];

  constructor(name, page, origin) {
    this.#name = name;
    this.#origin = origin;
    this.streams = new Streams(page);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.#note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on("pageerror", (error) => this.#note(`unhandled exception: ${error.stack || error}`));
    page.on("crash", () => this.#note("the page crashed"));
    page.on("dialog", (dialog) => {
      this.#note(`a dialog of the browser: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => this.#visited(request.url()));
    page.on("websocket", (socket) => this.#visited(socket.url().replace(/^ws/, "http")));
  }

  /** While `scene` lasts, complaints that match are what has to happen, such as requests that fail offline. */
  async excuse(pattern, scene) {
    this.#excused.push(pattern);
    try {
      return await scene();
    } finally {
      this.#excused = this.#excused.filter((one) => one !== pattern);
    }
  }

  /** Everything that was seen and should not have been. */
  get complaints() {
    return [
      ...this.#complaints,
      ...this.streams.complaints.map((text) => `${this.#name}: ${text}`),
    ];
  }

  #visited(address) {
    const { protocol, origin } = new URL(address);
    if (protocol !== "data:" && protocol !== "blob:" && origin !== this.#origin) {
      this.#note(`a request to somebody else: ${address}`);
    }
  }

  #note(text) {
    if (!this.#excused.some((pattern) => pattern.test(text))) {
      this.#complaints.push(`${this.#name}: ${text}`);
    }
  }
}
