// The socket to the server: sends requests, hands every event to the generation it belongs to, reconnects.

import { Run } from "./run.js";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

/** Longer than a server takes to stop; a connection that has not answered by then is given up. */
const CANCEL_PATIENCE_MS = 3000;

/** Longer than most steps take, and than most pictures are under way. */
const SILENCE_MS = 20_000;

/** How long a server that is asked whether it is there may take to say so. */
const PROBE_PATIENCE_MS = 10_000;

/** A question without consequences, which browsers need as they cannot ping: a server refuses it at once. */
const PROBE = { type: "refine", id: "there?", of: "nothing" };

const LOST = { code: "connection_lost", message: "The connection was lost." };
const CANCELLED = { code: "cancelled", message: "The generation was stopped." };

/** Splits a binary message: the header's length in 4 bytes, the header as JSON, the picture. */
function readPicture(buffer) {
  const headerLength = new DataView(buffer).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  return { header, image: new Uint8Array(buffer, 4 + headerLength) };
}

/**
 * A WebSocket that comes back by itself. Fires "open", "lost" and, for an error that belongs to no generation,
 * "refused" with the error as detail. What is interrupted goes on after "open" once proceed() is called.
 */
export class StreamSocket extends EventTarget {
  #url;
  #admission;
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  #running = new Map();
  #lastId = 0;
  #silence;

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
    // One that was given up may still have something to say.
    const listen = (type, handle) => socket.addEventListener(type, (event) => this.#socket === socket && handle(event));
    socket.binaryType = "arraybuffer";
    listen("open", () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.dispatchEvent(new Event("open"));
    });
    listen("message", (message) => {
      this.#receive(message.data);
      this.#watch();
    });
    listen("close", () => this.#lost());
    this.#socket = socket;
  }

  /**
   * Starts a generation and calls listener.accepted(message), listener.step(header, image), and in the end one of
   * listener.finished(message) and listener.failed(error). Calls listener.interrupted() when its connection or server
   * leaves it half-way, and listener.resumed() when it goes on. Returns the generation's id.
   */
  generate(request, listener) {
    this.#lastId += 1;
    const id = `g${this.#lastId}`;
    this.#running.set(id, new Run(request, listener));
    this.proceed();
    return id;
  }

  /** Asks for what waits to begin or to go on, but not beside what is to stop: a quota may have room for one alone. */
  proceed() {
    const leaving = [...this.#running.values()].some((run) => run.state === "leaving");
    if (this.isOpen && !leaving) {
      this.#running.forEach((run, id) => {
        if (run.state === "waiting") {
          this.#send({ type: "generate", id, ...run.ask() });
        }
      });
    }
    this.#watch();
  }

  /** Stops a generation; it ends with the code "cancelled". */
  cancel(id) {
    const run = this.#running.get(id);
    if (run?.state === "asked" && this.isOpen) {
      run.state = "leaving";
      this.#send({ type: "cancel", id });
      setTimeout(() => this.#running.has(id) && this.#giveUp(), CANCEL_PATIENCE_MS);
    } else if (run && !run.isStopped) {
      // No server knows of it.
      this.#end(id).failed(CANCELLED);
    }
  }

  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** Nothing may come for a while of what was asked for; then the server is asked whether it is there. */
  #watch() {
    clearTimeout(this.#silence);
    if ([...this.#running.values()].some((run) => run.state === "asked")) {
      this.#silence = setTimeout(() => {
        this.#send(PROBE);
        this.#silence = setTimeout(() => this.#giveUp(), PROBE_PATIENCE_MS);
      }, SILENCE_MS);
    }
  }

  /** A dead connection would take a minute to close. */
  #giveUp() {
    this.#socket.close();
    this.#lost();
  }

  #end(id) {
    const run = this.#running.get(id);
    this.#running.delete(id);
    return run;
  }

  #receive(data) {
    if (typeof data !== "string") {
      const { header, image } = readPicture(data);
      this.#running.get(header.id)?.step(header, image);
      return;
    }
    const message = JSON.parse(data);
    if (message.id === PROBE.id) {
      return;
    }
    const run = this.#running.get(message.id);
    if (message.type === "accepted") {
      run?.accepted(message);
    } else if (message.type === "finished") {
      this.#end(message.id)?.finished(message);
      this.proceed();
    } else if (message.type === "failed" && run) {
      this.#failed(message.id, run, message);
    } else if (message.type === "failed") {
      this.dispatchEvent(new CustomEvent("refused", { detail: message }));
    }
  }

  #failed(id, run, error) {
    const pauseMs = run.pauseAfter(error);
    if (pauseMs === undefined) {
      this.#end(id).failed(error);
      this.proceed();
      return;
    }
    setTimeout(() => {
      if (run.state === "pausing") {
        run.state = "waiting";
        this.proceed();
      }
    }, pauseMs);
  }

  #lost() {
    this.#socket = null;
    [...this.#running].forEach(([id, run]) => {
      if (!run.survivesLoss()) {
        this.#end(id).failed(run.isStopped ? CANCELLED : LOST);
      }
    });
    this.#watch();
    this.dispatchEvent(new Event("lost"));
    // Not all pages of a server that is back at the same moment.
    setTimeout(() => this.connect(), this.#retryMs * (0.5 + Math.random()));
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }
}
