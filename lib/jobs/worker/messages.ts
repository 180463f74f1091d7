import type { Answer, Call, WireRequest, WireThrown } from '../wire/wire.js';

/** To a worker, beside the calls. @internal */
export interface CancelMessage {
  readonly cancel: number;
  readonly request: WireRequest;
}

/** An error that nobody caught. @internal */
export interface LostMessage {
  readonly lost: {
    readonly thrown: WireThrown;
    /** The job that it comes from, if that is known. */
    readonly by: { readonly id: number; readonly name: string } | undefined;
    /** The id of the job that was running. */
    readonly running: number | undefined;
  };
}

/** From a worker. @internal */
export type WorkerMessage =
  { readonly report: number; readonly value: unknown } | { readonly answer: Answer; readonly id: number } | LostMessage;

/** What Web Workers and their pages say to each other, told from what others say through the same channel. @internal */
export interface WebMessage<M> {
  readonly rxtasks: M;
}

/** To a Web Worker. @internal */
export type ToWebWorker = CancelMessage | { readonly call: Call; readonly id: number };

/** From a Web Worker; it is ready for its first job, or ends itself. @internal */
export type FromWebWorker = WorkerMessage | 'ready' | 'closing';
