// One generation as the page sees it. It may take several requests, if a server or the network leaves it half-way.

/** Requests in a row that bring no picture, after which there is no use in another one. */
const MOST_TRIES = 9;

/** Behind the first of them; behind each further one it is twice as long, or what the server asks for. */
const FIRST_PAUSE_MS = 500;

/** A server that asks for more patience is not waited for. */
const LONGEST_PAUSE_MS = 30_000;

export class Run {
  /**
   * "waiting" to be asked for, "asked", "pausing" until the server wants to be asked again, or "leaving" after a cancel.
   */
  state = "waiting";
  #request;
  #listener;
  #token = "";
  #tries = 0;
  #accepted = false;
  #begun = false;
  #askedAt = 0;
  #firstAskedAt = null;
  #microsBefore = 0;
  #nfeBefore = 0;
  #nfe = [];

  constructor(request, listener) {
    this.#request = request;
    this.#listener = listener;
  }

  /** The fields to ask with: for everything, or for what comes behind the newest picture. */
  ask() {
    this.state = "asked";
    this.#tries += 1;
    this.#accepted = false;
    this.#askedAt = performance.now();
    this.#firstAskedAt ??= this.#askedAt;
    return this.#token === "" ? this.#request : { resume_token: this.#token };
  }

  get isStopped() {
    return this.state === "leaving";
  }

  accepted(message) {
    this.#token = message.resume_token;
    this.#accepted = true;
    // A server counts from the request that it was sent, and a person from the first one.
    this.#microsBefore = 1000 * (this.#askedAt - this.#firstAskedAt);
    if (!this.#begun) {
      this.#begun = true;
      this.#listener.accepted(message);
      return;
    }
    this.#nfeBefore += this.#nfe.reduce((sum, nfe) => sum + nfe, 0);
    this.#nfe = [];
    this.#listener.resumed();
  }

  step(header, image) {
    this.#token = header.resume_token;
    this.#tries = 0;
    this.#nfe[header.sample] = header.nfe;
    this.#listener.step({ ...header, elapsed_micros: header.elapsed_micros + this.#microsBefore }, image);
  }

  finished(message) {
    this.#listener.finished({
      ...message,
      elapsed_micros: message.elapsed_micros + this.#microsBefore,
      nfe: message.nfe + this.#nfeBefore,
    });
  }

  failed(error) {
    const refused = this.#begun && !this.#accepted && this.state === "asked";
    this.#listener.failed(refused ? { ...error, message: `The pictures cannot go on: ${error.message}` } : error);
  }

  /** In how many milliseconds to ask again after this error; undefined if it is the end. */
  pauseAfter(error) {
    this.#token = error.resume_token ?? this.#token;
    const patient = error.retry_after_ms <= LONGEST_PAUSE_MS;
    // What a server hints at is when it has room for one more, and many may be told the same.
    const backOff = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#tries - 1));
    return patient && this.state === "asked" && this.#interrupt("pausing")
      ? Math.max(error.retry_after_ms, backOff)
      : undefined;
  }

  /** The connection is gone. Whether it is to be asked for on the next one. */
  survivesLoss() {
    const unasked = this.state === "waiting" || this.state === "pausing";
    return unasked || (this.state === "asked" && this.#interrupt("waiting"));
  }

  /** Goes on to wait in another state, if there is use in one more request. */
  #interrupt(state) {
    if (this.#tries >= MOST_TRIES) {
      return false;
    }
    this.state = state;
    this.#listener.interrupted();
    return true;
  }
}
