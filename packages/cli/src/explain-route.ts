import type { App, PartName, Plan, PipelineStage } from '@keelson/core'
import {
  PARTS,
  responsesOf,
  STAGES,
  takenTypes,
  tokenName,
  type AnyRouteOptions,
  type MiddlewareOrigin,
  type PlanStep,
} from '@keelson/core/spi'
import { describePlan, type RouteDescription } from './describe-routes.ts'
import { describeSchema } from './describe-schema.ts'
import { findPlan } from './find-plan.ts'
import { PLACES } from './places.ts'

/** Where a step of the chain comes from. */
export type StepOrigin = MiddlewareOrigin | 'framework'

/** One step of a route's chain. */
export interface ExplainedStep {
  readonly stage: PipelineStage
  /** Name of the middleware; `params`, `input`, `handler` and `response` are the framework's own steps. */
  readonly name: string
  /** Which of its parts the pipeline calls; `check` for schemas, `handler` for the handler. */
  readonly does: PartName | 'check' | 'handler'
  readonly origin: StepOrigin
  /** Names that it puts on the context. */
  readonly adds: readonly string[]
  /** Names that must be on the context before. */
  readonly needs: readonly string[]
  /** Slots of the frame that it sets: `principal`, `tenant`. */
  readonly says: readonly string[]
  /** Kinds of call whose plans have it; `undefined` for all. */
  readonly kinds: readonly string[] | undefined
  /** What it does, in its own words: `100 in 60 s by ip`; `undefined` where it says nothing. */
  readonly explain: string | undefined
  /** `file:line` of the app, when known. */
  readonly source: string | undefined
}

/** All that is known of a route before its first request. */
export interface RouteExplanation extends RouteDescription {
  readonly limits: {
    readonly maxBodyBytes: number
    /** In ms; `0` for none. */
    readonly deadlineMs: number
    /** Media types of the body that are accepted, with a schema or without one; empty for a route that declares no body. */
    readonly consumes: readonly string[]
  }
  /** Protocol that it switches its connection to (RFC 9110 §7.8); `undefined` for none. */
  readonly upgrades: string | undefined
  /** Schemas of the input as text, by place; a body by its formats. */
  readonly input: { readonly [place: string]: string }
  /** Schemas of the responses as text, by status; `undefined` when the route declares none. */
  readonly response: { readonly [status: string]: string } | undefined
  /** Errors of the route and its middleware, with their statuses: `ORDER_CLOSED 409`. */
  readonly errors: readonly string[]
  /** Services that are injected, by name. */
  readonly injects: { readonly [name: string]: string }
  /** Steps, in the order in which a request passes them. */
  readonly chain: readonly ExplainedStep[]
}

/**
 * Describes the steps of a request to a route, from the frozen plan that serves it.
 *
 * @param wanted - its name, `GET /orders/:id`, or a path that it serves
 * @throws {UsageError} when there is no such route
 * @throws {SetupError} when the app could not start
 */
export function explainRoute(app: App, wanted: string): RouteExplanation {
  const plan = findPlan(app, wanted)
  const options = plan.flat?.route.options ?? {}
  return {
    ...describePlan(plan),
    limits: {
      maxBodyBytes: plan.maxBodyBytes,
      deadlineMs: plan.deadlineMs,
      consumes: takenTypes(options),
    },
    upgrades: options.upgrades,
    input: Object.fromEntries(
      PLACES.flatMap((place) =>
        options[place] === undefined ? [] : [[place, describeSchema(options[place])]],
      ),
    ),
    response: options.response === undefined ? undefined : describeResponses(options),
    errors: errorsOf(plan),
    injects: Object.fromEntries(
      Object.entries(plan.injects).map(([name, target]) => [name, describeTarget(target)]),
    ),
    chain: stepsOf(plan),
  }
}

function describeResponses(options: AnyRouteOptions): Record<string, string> {
  return Object.fromEntries(responsesOf(options).map(([status, body]) => [status, describeSchema(body)]))
}

function errorsOf({ chain, flat }: Plan): string[] {
  const errors = [...(flat?.route.options.errors ?? []), ...chain.flatMap((one) => one.describe.errors ?? [])]
  return [...new Set(errors.map(({ code, status }) => `${code} ${status}`))]
}

function describeTarget(target: unknown): string {
  if (typeof target === 'symbol') return tokenName(target)
  return typeof target === 'function' && target.name !== '' ? target.name : 'a class without a name'
}

/** The chain of the plan, with the framework's steps where `buildPlan` puts them. */
function stepsOf(plan: Plan): ExplainedStep[] {
  const steps = plan.steps.map(toStep)
  const { options, source } = plan.flat?.route ?? { options: {}, source: undefined }
  const own = (stage: PipelineStage, name: string, more: Partial<ExplainedStep> = {}): ExplainedStep => ({
    stage,
    name,
    does: 'check',
    origin: 'framework',
    adds: [],
    needs: [],
    says: [],
    kinds: undefined,
    explain: undefined,
    source: undefined,
    ...more,
  })
  const places = PLACES.filter((place) => place !== 'params' && options[place] !== undefined)
  const before: Partial<Record<PipelineStage, ExplainedStep[]>> = {
    authorize: options.params === undefined ? [] : [own('authorize', 'params', { adds: ['params'] })],
    validate: places.length === 0 ? [] : [own('validate', 'input', { adds: places })],
  }
  const handler = own('handle', 'handler', {
    does: 'handler',
    origin: 'route',
    source,
    needs: Object.keys(plan.injects),
  })
  const after: Partial<Record<PipelineStage, ExplainedStep[]>> = {
    handle: options.response === undefined ? [handler] : [handler, own('handle', 'response')],
  }
  return STAGES.flatMap((stage) => [
    ...(before[stage] ?? []),
    ...steps.filter((one) => one.stage === stage),
    ...(after[stage] ?? []),
  ])
}

/** Only the first part of a middleware is listed with what it adds and needs. */
function toStep({ stage, part, origin, served: one }: PlanStep): ExplainedStep {
  const isFirst = PARTS.find((name) => one[name] !== undefined) === part
  return {
    stage,
    name: one.name,
    does: part,
    origin,
    adds: isFirst ? one.adds : [],
    needs: isFirst ? one.needs : [],
    says: isFirst ? (['principal', 'tenant'] as const).filter((slot) => one[slot] !== undefined) : [],
    kinds: one.kinds,
    explain: isFirst ? one.describe.explain : undefined,
    source: one.source,
  }
}
