// The socket to the server: sends requests, hands every event to the generation it belongs to, reconnects.

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/** Splits a binary message: the header's length in 4 bytes, the header as JSON, the picture. */
function readPicture(buffer) {
  const headerLength = new DataView(buffer).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  return { header, image: new Uint8Array(buffer, 4 + headerLength) };
}

/**
 * A WebSocket that comes back by itself. Fires "open", "lost" and, for an error that belongs to no generation,
 * "refused" with the error as detail.
 */
export class StreamSocket extends EventTarget {
  #url;
  #admission;
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  #running = new Map();
  #lastId = 0;

  /** Each connection waits for admission(), which tells the subprotocols to offer. */
  constructor(url, admission) {
    super();
    this.#url = url;
    this.#admission = admission;
  }

  get isOpen() {
    return this.#socket !== null && this.#socket.readyState === WebSocket.OPEN;
  }

  async connect() {
    const socket = new WebSocket(this.#url, await this.#admission());
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.dispatchEvent(new Event("open"));
    });
    socket.addEventListener("message", (message) => this.#receive(message.data));
    socket.addEventListener("close", () => this.#lost());
    this.#socket = socket;
  }

  /**
   * Starts a generation and calls listener.accepted(message), listener.step(header, image), and in the end one of
   * listener.finished(message) and listener.failed(error). Returns the generation's id.
   */
  generate(request, listener) {
    this.#lastId += 1;
    const id = `g${this.#lastId}`;
    this.#running.set(id, listener);
    this.#socket.send(JSON.stringify({ type: "generate", id, ...request }));
    return id;
  }

  /** Stops a generation; it ends with the code "cancelled". */
  cancel(id) {
    if (this.isOpen && this.#running.has(id)) {
      this.#socket.send(JSON.stringify({ type: "cancel", id }));
    }
  }

  #receive(data) {
    if (typeof data !== "string") {
      const { header, image } = readPicture(data);
      this.#running.get(header.id)?.step(header, image);
      return;
    }
    const message = JSON.parse(data);
    const listener = this.#running.get(message.id);
    if (message.type === "accepted") {
      listener?.accepted(message);
    } else if (message.type === "finished") {
      this.#running.delete(message.id);
      listener?.finished(message);
    } else if (message.type === "failed" && listener) {
      this.#running.delete(message.id);
      listener.failed(message);
    } else if (message.type === "failed") {
      this.dispatchEvent(new CustomEvent("refused", { detail: message }));
    }
  }

  #lost() {
    const interrupted = [...this.#running.values()];
    this.#running.clear();
    interrupted.forEach((listener) => listener.failed({ code: "connection_lost", message: "The connection was lost." }));
    this.dispatchEvent(new Event("lost"));
    setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}
