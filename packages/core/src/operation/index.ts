export { buildBarePlan, buildPlan, errorFormatOf, type PlanSettings } from './build-plan.ts'
export type { BodyReader, CallKind, CallReader, CompiledBody, ReaderSettings } from './call-kind.ts'
export type { BodyTaker, Call, Dispatcher, InputSource, Payload, Served } from './call.ts'
export type { OperationMessage } from './diagnostics.ts'
export { ErrorDetails } from './error-details.ts'
export { RunningCall } from './execution.ts'
export { compileHeaders, type HeaderGuard } from './declared-headers.ts'
export { replyOutcome } from './free-outcome.ts'
export { checkStatus, isBodiless, unpackResponse, PipelineOutcome } from './pipeline-outcome.ts'
export { Holdings, type Holding } from './holding.ts'
export { broughtBy, middlewareOf } from './placed-middleware.ts'
export { mergeMeta, metaOf, type Meta } from './facts-for-route.ts'
export type {
  Execution,
  InFlightWork,
  InjectionSource,
  MiddlewareOrigin,
  OperationContext,
  PipelineRuntime,
  Plan,
  PlanStep,
  RequestScope,
  RoutePlan,
  Tail,
} from './plan.ts'
export { formatHas, wireStatusOf } from './error-on-wire.ts'
export { isOfFramework, routeErrorsOf, type RouteError } from './route-errors.ts'
export { grouped } from './problem-groups.ts'
export { discardValue, isBinary, prepare, UNWRITTEN } from './prepare.ts'
export { ReaderWatch } from './reader-watch.ts'
export { TakeOver } from './take-over.ts'
export { Upgrade, type Switching } from './switching.ts'
export {
  closeIterator,
  closeStream,
  destroyQuietly,
  discardStream,
  isChunk,
  isReadable,
  iterate,
  readToEnd,
  wrongChunk,
  type StreamBody,
} from './stream-value.ts'
