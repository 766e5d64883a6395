// On the request path of calls that fail.
import {
  describeThrown,
  renderError,
  type DescribedError,
  type RenderInfo,
  type ToDetails,
} from '../errors/index.ts'
import { ResponseHeaders } from '../route/index.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import type { Plan } from './plan.ts'

/** Rules of a plan for its errors. */
export interface ErrorRules {
  readonly toDetails: ToDetails
  /** Called with each error that is answered; `undefined` in production, and without a route. */
  readonly note: ((error: DescribedError) => void) | undefined
}

/** Renders a thrown value in the format and by the rules of its route. */
export function errorOutcome(
  thrown: unknown,
  { errorFormat, errors, isWritten }: Pick<Plan, 'errorFormat' | 'errors' | 'isWritten'>,
  info: RenderInfo,
): PipelineOutcome {
  const thrownAs = describeThrown(thrown, errors.toDetails)
  errors.note?.(thrownAs)
  if (!isWritten) return new PipelineOutcome(thrownAs.status, undefined, false, headersOf(thrownAs), thrownAs)
  const rendered = renderError(thrownAs, errorFormat, info)
  // A format that fails is another error; the log gets both.
  const described =
    rendered.failure === undefined
      ? thrownAs
      : describeThrown(new AggregateError([rendered.failure, thrown], 'The error format failed.'))
  const headers = headersOf(described, ['content-type', rendered.mediaType])
  if (errorFormat.alternatives.length > 0) headers.vary('accept')
  return new PipelineOutcome(rendered.status, rendered.body, false, headers, described)
}

function headersOf({ headers: own }: DescribedError, flat: string[] = []): ResponseHeaders {
  const headers = new ResponseHeaders(flat)
  if (own !== undefined) for (const name in own) headers.append(name, own[name] as string)
  return headers
}
