import { api, said } from "../api/client";

export type LiveState = "live" | "connecting" | "offline";

export interface LiveEvent {
  type: string;
  sequence: string;
  epoch: string;
  tenant_id: string;
  occurred_at?: string;
  conversation_id?: string;
  ticket_id?: string;
  data: Record<string, unknown>;
}

/** Frames that carry the head's number and are no event of the log. */
const WORDS = new Set(["heartbeat", "stream_end"]);
const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
// A heartbeat comes every 15 s: three missing ones are a dead line.
const SILENCE_MILLISECONDS = 45_000;

/** One socket that opens itself again, where it stopped. */
export class LiveConnection {
  state: LiveState = "connecting";
  readonly #tenant: string;
  readonly #hearers = new Set<(event: LiveEvent) => void>();
  readonly #watchers = new Set<() => void>();
  #socket: WebSocket | undefined;
  #position: { epoch: string; sequence: string } | undefined;
  #pause = FIRST_PAUSE_MILLISECONDS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  start(): void {
    this.#isStopped = false;
    addEventListener("online", this.#hurry);
    addEventListener("offline", this.#wait);
    void this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#wait);
    clearTimeout(this.#timer);
    this.#leave();
  }

  onEvent = (hear: (event: LiveEvent) => void): (() => void) => {
    this.#hearers.add(hear);
    return () => { this.#hearers.delete(hear); };
  };

  onState = (watch: () => void): (() => void) => {
    this.#watchers.add(watch);
    return () => { this.#watchers.delete(watch); };
  };

  sayTyping(conversationId: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ type: "typing", conversation_id: conversationId }));
  }

  async #open(): Promise<void> {
    if (this.#isStopped) return;
    if (!navigator.onLine) {
      this.#become("offline");
      return;
    }
    this.#become("connecting");
    try {
      const address = await this.#address();
      // It may have been stopped while the token was under way.
      if (this.#hasStopped()) return;
      this.#listen(new WebSocket(address));
    } catch {
      this.#later();
    }
  }

  #hasStopped(): boolean {
    return this.#isStopped;
  }

  async #address(): Promise<URL> {
    const params = { path: { tenant_id: this.#tenant } };
    const { token = "" } = await said(api.POST("/api/v1/tenants/{tenant_id}/live_tokens", { params, body: {} }));
    const address = new URL(`/api/v1/tenants/${this.#tenant}/live`, location.href.replace(/^http/, "ws"));
    address.search = new URLSearchParams({
      token,
      ...(this.#position && { after: this.#position.sequence, epoch: this.#position.epoch }),
    }).toString();
    return address;
  }

  #listen(socket: WebSocket): void {
    this.#leave();
    this.#socket = socket;
    this.#become("connecting");
    const silence = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => { socket.close(); }, SILENCE_MILLISECONDS);
    };
    socket.onopen = () => {
      this.#pause = FIRST_PAUSE_MILLISECONDS;
      this.#become("live");
      silence();
    };
    socket.onmessage = ({ data }) => {
      silence();
      this.#hear(JSON.parse(String(data)) as LiveEvent);
    };
    socket.onclose = () => { this.#later(); };
    silence();
  }

  /** Nothing is heard from the socket any more. One that still connects is closed once it has: sooner is an error. */
  #leave(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = null;
    socket.onopen = () => { socket.close(); };
    if (socket.readyState === WebSocket.OPEN) socket.close();
  }

  #hear(event: LiveEvent): void {
    if (event.type !== "typing") {
      const isFirst = this.#position === undefined;
      if (!WORDS.has(event.type) || isFirst) this.#position = { epoch: event.epoch, sequence: event.sequence };
    }
    if (!WORDS.has(event.type)) for (const hear of this.#hearers) hear(event);
  }

  #later(): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#become(navigator.onLine ? "connecting" : "offline");
    // Half of it by chance: a thousand consoles do not come back in one moment.
    this.#timer = setTimeout(() => void this.#open(), this.#pause * (0.5 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }

  #hurry = (): void => {
    clearTimeout(this.#timer);
    this.#pause = FIRST_PAUSE_MILLISECONDS;
    if (this.#socket?.readyState !== WebSocket.OPEN) void this.#open();
  };

  #wait = (): void => {
    clearTimeout(this.#timer);
    this.#leave();
    this.#become("offline");
  };

  #become(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const watch of this.#watchers) watch();
  }
}
