/**
 * Reads along on a page's websockets. Each subscription of Central begins after a number and must then bring the
 * next ones, one by one: a gap or a repeat is a complaint, also over a lost connection and a reload.
 */
export class Streams {
  #page;
  #complaints = [];
  /** What a stream is of, such as `deployProgress 3`, → its subscriptions in order: `{ after, last }`. */
  #subscriptions = new Map();

  constructor(page) {
    this.#page = page;
    page.on("websocket", (socket) => {
      const open = new Map();
      socket.on("framesent", ({ payload }) => this.#sent(JSON.parse(payload), open));
      socket.on("framereceived", ({ payload }) => this.#received(JSON.parse(payload), open));
    });
  }

  /** The subscriptions of one stream so far, oldest first. */
  of(stream) {
    return this.#subscriptions.get(stream) ?? [];
  }

  get complaints() {
    return this.#complaints;
  }

  #sent({ type, id, payload }, open) {
    if (type !== "subscribe") {
      return;
    }
    const [, field] = /subscription[^{]*{\s*(\w+)/.exec(payload.query);
    const { after = 0, ...of } = payload.variables;
    const stream = `${field} ${Object.values(of).join(" ")}`;
    const subscription = { field, stream, after, last: after, page: this.#page.url() };
    open.set(id, subscription);
    this.#subscriptions.set(stream, [...this.of(stream), subscription]);
  }

  #received({ type, id, payload }, open) {
    const subscription = open.get(id);
    if (type === "error") {
      this.#complaints.push(`${subscription.stream} was refused: ${JSON.stringify(payload)}`);
    }
    if (type !== "next") {
      return;
    }
    const { seq } = payload.data[subscription.field];
    if (seq !== subscription.last + 1) {
      this.#complaints.push(
        `${subscription.stream}: number ${seq} came after ${subscription.last}`,
      );
    }
    subscription.last = seq;
  }
}
