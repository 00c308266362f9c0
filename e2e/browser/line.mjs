import { connect, createServer } from "node:net";

/** The line between a window and Central: it can be cut, as when a cable is pulled, and mended. */
export class Line {
  #server;
  #port = 0;
  #open = new Set();

  /** A line to Central; `origin` is its end for the window. */
  static async to(address) {
    const line = new Line();
    const { hostname, port } = new URL(address);
    line.#server = createServer((near) => {
      const far = connect(Number(port || 80), hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        line.#open.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          line.#open.delete(one);
          other.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    await line.mend();
    return line;
  }

  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Ends every connection and takes no new one. */
  async cut() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#open) {
      socket.destroy();
    }
    await closed;
  }

  /** Takes connections again, at the same end. */
  async mend() {
    await new Promise((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = this.#server.address().port;
  }
}
