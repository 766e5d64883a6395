import { hasErrorCode } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'

/** One thing that is wrong with the set-up: where, what, and what to write instead. */
export interface SetupProblem {
  /** Stable code, `ERR_CORE_…`, listed in `docs/errors.md`. */
  readonly code: string
  /** The thing that is wrong: `route orders.show (GET /orders/:id)`, `provider Orders`, `.env line 3`. */
  readonly place: string
  /** What is wrong, one sentence. */
  readonly message: string
  /** What to do about it, one sentence or the line to add. */
  readonly remedy: string
}

const CANNOT_START = 'The application cannot start'

/**
 * The application cannot start, or is used while it does not run. Lists all problems that set-up found.
 *
 * @throws by `createApp`, `app.check()` and `app.start()`; `ERR_CORE_SETUP`
 */
export class SetupError extends FrameworkError<'ERR_CORE_SETUP', readonly SetupProblem[]> {
  readonly problems: readonly SetupProblem[]

  /** @param title - what cannot be done, without a full stop; default `The application cannot start` */
  constructor(problems: readonly SetupProblem[], cause?: unknown, title: string = CANNOT_START) {
    super({
      code: 'ERR_CORE_SETUP',
      status: 500,
      title,
      message: toMessage(title, problems),
      details: problems,
      cause,
    })
    this.problems = problems
    // What Node prints when it ends the process: the problems and the user's lines, without our own.
    for (const key of Object.keys(this)) Object.defineProperty(this, key, { enumerable: false })
    this.stack = withoutOurFrames(this.stack)
  }

  /** Whether a thrown value is one, from any copy of the package. Never throws. */
  static override is(value: unknown): value is SetupError {
    return hasErrorCode(value, 'ERR_CORE_SETUP') && Array.isArray((value as Partial<SetupError>).problems)
  }
}

/** The folder above that of this file. Not by `new URL`, which bundlers of clients treat as a file to copy. */
const OUR_FOLDER = import.meta.url.replace(/[^/]*\/[^/]*$/, '')

function withoutOurFrames(stack: string | undefined): string {
  const lines = (stack ?? '').split('\n')
  return lines
    .filter((line) => !(line.startsWith('    at ') && (line.includes(OUR_FOLDER) || line.includes('node:'))))
    .join('\n')
}

function toMessage(title: string, problems: readonly SetupProblem[]): string {
  const head = problems.length === 1 ? `${title}:` : `${title}, ${problems.length} problems:`
  return [head, ...problems.map((p) => `  - ${p.place}: ${p.message} ${p.remedy} [${p.code}]`)].join('\n')
}
