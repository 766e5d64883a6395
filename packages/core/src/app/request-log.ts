// On the request path: hands the end of each request to the log.
import { createRequestLog, RequestLabel, type Logger } from '../log/index.ts'
import type { Call, Execution, Plan } from '../operation/index.ts'
import type { RequestSummary } from '../route/index.ts'

/** Methods whose labels are kept. Others are made each time, so that callers cannot fill the memory with names. */
const METHODS = new Set(['GET', 'HEAD', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Longest path in a line, characters; requests may have much longer ones. */
const MAX_PATH = 256

function shorten(path: string): string {
  return path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path
}

/**
 * Writes one line for each request that has ended; the part about its route is made once.
 *
 * @param isPlanned - whether a 503 of a route is intended
 */
export function requestLogOf(
  log: Logger,
  isPlanned: (plan: Plan) => boolean,
): (execution: Execution, summary: RequestSummary) => void {
  const writer = createRequestLog(log)
  const labels = new Map<Plan, Map<string, RequestLabel>>()
  const labelOf = (plan: Plan, { method, path }: Call): RequestLabel => {
    // Without a route there is no pattern: only the path shows what was requested.
    if (plan.pattern === undefined) return new RequestLabel({ method, path: shorten(path) })
    let byMethod = labels.get(plan)
    if (byMethod === undefined) labels.set(plan, (byMethod = new Map()))
    let label = byMethod.get(method)
    if (label === undefined) {
      const kind = plan.kind === 'http' ? undefined : plan.kind
      label = new RequestLabel({ kind, method, route: plan.name, pattern: plan.pattern })
      if (METHODS.has(method)) byMethod.set(method, label)
    }
    return label
  }
  return (execution, summary) => {
    const { plan } = execution
    const end = execution.isRefusal(summary)
      ? { ...summary, isRefused: true }
      : summary.status === 503 && isPlanned(plan)
        ? { ...summary, isPlanned: true }
        : summary
    writer.write(execution.frame, labelOf(plan, execution.call), end)
  }
}
