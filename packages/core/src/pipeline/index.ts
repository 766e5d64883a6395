export { accessRule, type AccessRuleDefinition } from './access-rule.ts'
export { discardValue, TakeOver } from './body.ts'
export type { Tail } from './steps.ts'
export { buildBarePlan, buildPlan, errorFormatOf, middlewareOf, type PlanSettings } from './build-plan.ts'
export type { BodyTaker, Dispatcher, Exchange, Forwarding, ResponseBody, Served } from './contract.ts'
export { ErrorDetails } from './error-details.ts'
export { Execution } from './execution.ts'
export { compileHeaders, type HeaderGuard } from './header-guard.ts'
export { middleware, needs } from './middleware.ts'
export type { MiddlewareDefinition, Needs } from './middleware.ts'
export { replyOutcome } from './free-outcome.ts'
export { isBodiless } from './outcome.ts'
export type { Plan } from './plan.ts'
export type { RequestContext } from './request-context.ts'
export type { InjectionSource, PipelineRuntime, RequestScope } from './runtime.ts'
export {
  closeIterator,
  destroyQuietly,
  discardStream,
  ignore,
  isChunk,
  isReadable,
  iterate,
  wrongChunk,
  type StreamBody,
} from './stream-value.ts'
