import type { Body, Operator, Program, Project, Statement } from './program.js';
import { Random } from './random.js';
import { isSound } from './sound.js';

/** What a body may refer to. */
interface Scope {
  readonly depth: number;
  readonly tasks: readonly string[];
  readonly inGroup: boolean;
  /** It is the body of a task or of a limit itself: a native await there is nobody else's. */
  readonly own: boolean;
  readonly limited: boolean;
  /** It runs inside of the main task. */
  readonly inMain: boolean;
  /** It stands behind an operator without an error handler: it must not fail. */
  readonly safe: boolean;
}

/** Writes one program. */
class Author {
  readonly #random: Random;
  #ids = 0;
  /** How many statements are left. */
  #budget: number;
  readonly #used = new Set<number>();
  /**
   * Tasks of groups. When one fails, its group asks who is in it at the same moment: a value that has arrived by then is for
   * async functions, and not for coroutines. So in a group they are only joined.
   */
  readonly #children = new Set<string>();

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#budget = this.#random.int(4, 16);
  }

  program(seed: number): Program {
    const main = this.#body(
      { depth: 0, tasks: [], inGroup: false, own: false, limited: false, inMain: true, safe: false },
      3,
    );
    // What was started last has begun when the run ends.
    return { seed, main: [...main, { op: 'sleep', ms: this.#ms() }] };
  }

  #id(letter: string): string {
    return `${letter}${this.#ids++}`;
  }

  /** No two are equal. */
  #ms(most = 900): number {
    for (;;) {
      const ms = this.#random.int(1, most);
      if (this.#used.has(ms)) {
        most++;
        continue;
      }
      this.#used.add(ms);
      return ms;
    }
  }

  #body(scope: Scope, least = 1): Body {
    const body: Statement[] = [];
    const tasks = [...scope.tasks];
    const wanted = this.#random.int(least, scope.depth > 2 ? 2 : 4);
    while (body.length < wanted) {
      if (this.#budget <= 0 && body.length > 0) break;
      this.#budget--;
      if (scope.own && this.#random.chance(0.12)) body.push(...this.#deaf({ ...scope, tasks }));
      const statement = this.#statement({ ...scope, tasks });
      body.push(statement);
      if (statement.op !== 'spawn' && statement.op !== 'child') continue;
      tasks.push(statement.id);
      if (statement.op === 'child') this.#children.add(statement.id);
      const then = this.#afterwards(statement, scope);
      if (then !== undefined) body.push(then);
    }
    return body;
  }

  /** What comes right after a task was made. At once it is asked only here: it has not begun yet, in any style. */
  #afterwards({ id, eager }: { id: string; eager: boolean }, { inGroup }: Scope): Statement | undefined {
    const random = this.#random;
    if (!eager && random.chance(0.05)) return { op: 'cancel', task: id, after: null };
    if (inGroup && random.chance(0.05)) return { op: 'endGroup', after: null, then: this.#ms() };
    if (!eager && random.chance(0.25)) return { op: 'cancel', task: id, after: this.#ms(), message: this.#id('why') };
    return eager ? { op: 'sleep', ms: this.#ms() } : undefined;
  }

  #inner(scope: Scope, change: Partial<Scope> = {}): Body {
    return this.#body({ ...scope, depth: scope.depth + 1, own: false, ...change });
  }

  #statement(scope: Scope): Statement {
    const random = this.#random;
    const deep = scope.depth >= 4 || this.#budget <= 0;
    const has = scope.tasks.length > 0;
    const watched = scope.tasks.filter((id) => !this.#children.has(id));
    const op = random.weighted<Exclude<Statement['op'], 'deaf'>>({
      sleep: 10,
      native: 2,
      count: 1,
      report: 2,
      ...(scope.safe ? {} : { fail: 1.5 }),
      ...(scope.safe || scope.depth === 0 ? {} : { cancelSelf: 1, abortSelf: 0.6 }),
      ...(watched.length > 0 ? { wait: 1.5, asCompleted: 1, watch: 1 } : {}),
      ...(has && !scope.safe ? { join: 4, cancel: 5, shield: 1 } : {}),
      ...(scope.inGroup ? { endGroup: 2 } : {}),
      put: 0.5,
      get: 0.5,
      set: 0.5,
      waitSet: 0.5,
      hot: 0.4,
      ...(deep
        ? {}
        : {
            try: 8,
            call: 4,
            spawn: 8,
            gather: 2,
            ...(scope.safe ? {} : { withTimeout: 4, waitFor: 4 }),
            group: 4,
            exclusive: 2,
            retry: 1,
            map: 6,
            each: 4,
            ...(scope.inGroup ? { child: 8 } : {}),
          }),
    });
    switch (op) {
      case 'sleep':
        return { op, ms: !scope.safe && random.chance(0.1) ? 0 : this.#ms() };
      case 'native':
        return { op, ms: this.#ms() };
      case 'count':
      case 'report':
      case 'waitSet':
        return { op };
      case 'get':
      case 'put':
      case 'set':
      case 'fail':
        return { op, after: this.#ms() };
      case 'cancelSelf':
      case 'abortSelf':
        return { op, then: this.#ms() };
      case 'join':
      case 'shield':
        return { op, task: random.pick(scope.tasks) };
      case 'cancel':
        return {
          op,
          task: random.pick(scope.tasks),
          after: this.#ms(),
          ...(random.chance(0.5) ? { message: this.#id('why') } : {}),
        };
      case 'endGroup':
        return { op, after: random.chance(0.7) ? this.#ms() : null, then: this.#ms() };
      case 'try':
        return this.#try(scope);
      case 'call':
        return { op, id: this.#id('c'), body: this.#inner(scope) };
      case 'spawn':
      case 'child':
        return {
          op,
          id: this.#id('t'),
          body: this.#inner(scope, {
            inMain: false,
            own: !scope.limited && !scope.inGroup,
            ...(op === 'spawn' ? { inGroup: false } : {}),
          }),
          eager: random.chance(0.15),
          ...(random.chance(0.1) ? { abortAfter: this.#ms() } : {}),
        };
      case 'gather':
        return {
          op,
          id: this.#id('g'),
          parts: Array.from({ length: random.int(1, 3) }, () => this.#inner(scope, { inGroup: false, inMain: false })),
          returnExceptions: random.chance(0.4),
        };
      case 'wait':
        return {
          op,
          tasks: this.#some(watched),
          timeout: random.chance(0.5) ? this.#ms() : null,
          first: random.chance(0.5),
        };
      case 'asCompleted':
        return { op, tasks: this.#some(watched), most: random.int(1, 3) };
      case 'withTimeout':
      case 'waitFor':
        return {
          op,
          id: this.#id('l'),
          ms: random.chance(0.1) ? null : random.chance(0.08) ? 0 : this.#ms(500),
          body: this.#inner(scope, { own: !scope.limited, limited: true }),
        };
      case 'group':
        return { op, id: this.#id('n'), body: this.#inner(scope, { inGroup: true }) };
      case 'exclusive':
        return {
          op,
          id: this.#id('x'),
          of: random.pick(['lock', 'semaphore']),
          after: this.#ms(),
          body: this.#inner(scope),
        };
      case 'retry': {
        const attempts = Array.from({ length: random.int(1, 3) }, (_, n): Body =>
          n === 0 || scope.safe ? this.#inner(scope) : [...this.#inner(scope)],
        );
        return {
          op,
          id: this.#id('r'),
          delay: this.#ms(),
          attempts: attempts.map((body, n) =>
            n < attempts.length - 1 && !scope.safe ? [...body, { op: 'fail', after: this.#ms() }] : body,
          ),
        };
      }
      case 'map':
        return this.#map(scope);
      case 'each': {
        const items = random.int(1, 4);
        const leaveAt = random.chance(0.5) ? random.int(0, items - 1) : null;
        return {
          op,
          id: this.#id('e'),
          items,
          pace: random.chance(0.3) ? this.#ms() : null,
          project: this.#project(scope, true),
          concurrency: random.int(1, 3),
          ordered: random.chance(0.3),
          body: this.#loopBody(leaveAt === null ? scope : { ...scope, own: false }, leaveAt !== null),
          leaveAt,
          leaveBy: scope.safe || random.chance(0.6) ? 'break' : 'throw',
        };
      }
      case 'watch':
        return { op, id: this.#id('w'), task: random.pick(watched), body: this.#loopBody(scope, false) };
      case 'hot':
        return {
          op,
          id: this.#id('h'),
          now: random.int(0, 2),
          later: Array.from({ length: random.int(0, 2) }, () => this.#ms()),
        };
    }
  }

  /** A native await, and the wait that hears what has come meanwhile. */
  #deaf(scope: Scope): Statement[] {
    const random = this.#random;
    const isHot = !scope.limited && random.chance(0.4);
    const hears: Statement = { op: 'sleep', ms: this.#ms() };
    const readsSignal = scope.limited && random.chance(0.3);
    if (!isHot) return [{ op: 'deaf', ms: this.#ms(), hot: null, readsSignal }, hears];
    const id = this.#id('t');
    // It has begun when it is waited for.
    return [
      { op: 'spawn', id, body: this.#inner(scope, { inGroup: false, inMain: false }), eager: false },
      { op: 'deaf', ms: this.#ms(), hot: id, readsSignal: false },
      { op: random.chance(0.7) ? 'join' : 'shield', task: id },
    ];
  }

  #try(scope: Scope): Statement {
    const random = this.#random;
    const kind = random.weighted({
      finally: 5,
      failure: 3,
      both: 2,
      // Whoever goes on when the run ends is nobody's concern.
      ...(scope.safe ? {} : { cancellation: 2, goesOn: scope.depth < 3 ? 0.7 : 0 }),
    });
    if (kind === 'goesOn') return this.#goesOn();
    const body = this.#inner(scope);
    if (kind === 'finally') return { op: 'try', body, finally: this.#cleanUp(scope) };
    const handles = kind !== 'both' ? kind : scope.safe ? 'failure' : random.pick(['failure', 'cancellation'] as const);
    return {
      op: 'try',
      body,
      handles,
      handler: random.chance(0.6) ? [{ op: 'sleep', ms: this.#ms() }] : this.#inner(scope),
      ...(kind === 'both' ? { finally: this.#cleanUp(scope) } : {}),
    };
  }

  /** Swallows a cancellation, and then a failing group: what it has swallowed must not come back. */
  #goesOn(): Statement {
    const sleep = (): Statement => ({ op: 'sleep', ms: this.#ms() });
    const child: Statement = {
      op: 'child',
      id: this.#id('t'),
      body: [{ op: 'fail', after: this.#ms() }],
      eager: false,
    };
    const group: Statement = {
      op: 'group',
      id: this.#id('n'),
      body: this.#random.chance(0.5) ? [child] : [child, sleep()],
    };
    return {
      op: 'try',
      body: [sleep()],
      handles: 'cancellation',
      handler: [
        { op: 'count' },
        { op: 'try', body: [group], handles: 'failure', handler: [] },
        { op: 'count' },
        sleep(),
      ],
    };
  }

  /** Mostly what cleans up waits. */
  #cleanUp(scope: Scope): Body {
    return this.#random.chance(0.75) ? [{ op: 'sleep', ms: this.#ms(300) }] : this.#inner(scope);
  }

  /** A loop that is left is left at a moment at which nothing else happens. */
  #loopBody(scope: Scope, left: boolean): Body {
    const random = this.#random;
    if (scope.own && !scope.limited && random.chance(0.2))
      return [{ op: 'deaf', ms: this.#ms(), hot: null, readsSignal: false }];
    const body = random.chance(0.5) ? [] : this.#inner(scope, { inGroup: false });
    const sleep: Statement = { op: 'sleep', ms: this.#ms() };
    return left || body.length > 0 ? [sleep, ...body, { op: 'sleep', ms: this.#ms() }] : body;
  }

  #map(scope: Scope): Statement {
    const random = this.#random;
    const operator = random.weighted<Operator>({
      mapTask: 4,
      restartTask: 3,
      dropTask: 1,
      enqueueTask: 1,
      keepLatestTask: 1,
    });
    const detached = scope.inMain && random.chance(0.4);
    if (detached && random.chance(0.3)) {
      return this.#operation('switchMap', { body: [{ op: 'sleep', ms: this.#ms() }], values: 1 }, true, true);
    }
    const project = this.#project(detached ? { ...scope, tasks: [], safe: true } : scope, false);
    return this.#operation(operator, project, detached, scope.safe);
  }

  #operation(operator: Operator, project: Project, detached: boolean, safe: boolean): Statement {
    const random = this.#random;
    return {
      op: 'map',
      id: this.#id('m'),
      operator,
      source: {
        delays: Array.from({ length: random.int(0, 4) }, () => (random.chance(0.3) ? 0 : this.#ms(400))),
        endDelay: random.chance(0.5) ? 0 : this.#ms(),
        fails: !detached && !safe && random.chance(0.1),
      },
      project,
      concurrency: random.pick([1, 2, 3, Infinity]),
      ordered: random.chance(0.3),
      detached,
    };
  }

  #project(scope: Scope, single: boolean): Project {
    const random = this.#random;
    const body = this.#inner(scope, { inGroup: false, inMain: false, own: !scope.limited });
    return {
      body: single && !body.some(({ op }) => op === 'sleep') ? [...body, { op: 'sleep', ms: this.#ms() }] : body,
      values: single || random.chance(0.75) ? 1 : random.pick([0, 2, 3]),
    };
  }

  #some(tasks: readonly string[]): string[] {
    const some = tasks.filter(() => this.#random.chance(0.6));
    return some.length > 0 ? some : [tasks[0]!];
  }
}

/** The program of a seed. */
export function generate(seed: number): Program {
  for (let attempt = 0; ; attempt++) {
    const program = new Author(seed + attempt * FAR).program(seed);
    if (isSound(program)) return program;
  }
}

/** Seeds that are not sound take the place of one so far away. */
const FAR = 2 ** 24;
