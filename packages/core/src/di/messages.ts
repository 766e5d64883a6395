import type { SetupProblem } from '../errors/index.ts'

type Message<TCode = string> = readonly [code: TCode, message: string, remedy: string]

/** What is wrong with services: the code, the message, and what to write instead. `{name}` stands for a value. */
export const PROBLEMS = {
  // Of one service.
  undeclared: [
    'ERR_CORE_DI_UNDECLARED',
    'The constructor of {class}{inherited} takes ({parameters}), and nothing says what to pass{chain}.',
    'Add `static inject = [{constants}] as const` to {class} (tokens or classes, in the order of the parameters), or decorate it with `@injectable()`.',
  ],
  injectLength: [
    'ERR_CORE_DI_INJECT_LENGTH',
    'static inject of {class} lists {listed}, but its constructor takes {taken}{chain}.',
    '{remedy}',
  ],
  injectNotList: [
    'ERR_CORE_DI_INVALID_NEED',
    'static inject of {class} is {value}, not a list{chain}.',
    'Write it as a list: `static inject = [TOKEN] as const`.',
  ],
  invalidNeed: [
    'ERR_CORE_DI_INVALID_NEED',
    '{entry} of {owner} is {value}, neither a token nor a class{chain}.',
    '{remedy}',
  ],
  target: [
    'ERR_CORE_DI_INVALID_NEED',
    'What is asked for is {value}, neither a token nor a class{chain}.',
    "Write a class, or a token made with `token<T>('name')`; if it is undefined, break the import cycle.",
  ],
  scope: [
    'ERR_CORE_DI_SCOPE',
    'The scope of {owner} is {value}{chain}.',
    "Write 'singleton', 'request' or 'transient'.",
  ],
  unstarted: [
    'ERR_CORE_DI_SCOPE',
    "{owner} has onStart, which is called when the app starts, but its scope is '{scope}', so no instance exists then{chain}.",
    'Make {owner} a singleton, move onStart into a singleton that it needs, or remove it.',
  ],
  binding: [
    'ERR_CORE_DI_INVALID_PROVIDER',
    'The binding of {owner} has {kinds}{chain}.',
    'Write exactly one of `value`, `class`, `make` and `alias`.',
  ],
  bindingPart: [
    'ERR_CORE_DI_INVALID_PROVIDER',
    '`{part}` in the binding of {owner} is {value}{chain}.',
    'Write {accepted}.',
  ],
  unsupported: ['ERR_CORE_DI_INVALID_NEED', '{parameter} of {owner} uses {because}{chain}.', '{remedy}'],
  noMetadata: [
    'ERR_CORE_DI_METADATA',
    "{class} is decorated, but the compiler emitted no types for its constructor ({parameters}): esbuild, tsx and Node's type stripping never do{chain}.",
    'Add `static inject = [{constants}] as const` to {class}, put `@inject(…)` before each parameter, or compile with tsc or swc and `emitDecoratorMetadata`.',
  ],
  untyped: [
    'ERR_CORE_DI_METADATA',
    '{parameter} of {owner} has the type {type} at run time: {because}{chain}.',
    'Put `@inject({constant})` before it, where {constant} is a token or class.{remedy}',
  ],
  typeMissing: [
    'ERR_CORE_DI_METADATA',
    '{parameter} of {owner} had no type yet when {owner} was decorated: its class is defined further down in the file, or in an import cycle{chain}.',
    'Move it above {owner}, break the import cycle, or put `@inject({constant})` with a token before the parameter.',
  ],

  // Of the graph.
  missing: ['ERR_CORE_DI_MISSING', 'Nothing provides {service}, needed by {way}.{others}{twin}', '{remedy}'],
  ambiguous: [
    'ERR_CORE_DI_MISSING',
    'Several provide {service}, so it stands for none of them; needed by {way}.{others}{twin}',
    '{remedy}',
  ],
  cycle: [
    'ERR_CORE_DI_CIRCULAR',
    '{way} is a cycle of needs, so none of them can be constructed first{chain}.',
    'Move what they share into a third service, or let {last} take `lazy<…>(() => {first})` instead of {first}.',
  ],
  closedCycle: [
    'ERR_CORE_DI_CIRCULAR',
    '{way} is a cycle of needs, so none of them can be constructed first{chain}.',
    'Remove {first} from what {last} needs.',
  ],
  captive: [
    'ERR_CORE_DI_CAPTIVE',
    '{holder} lives as long as the app and would keep the {held} of its first request: {way}.',
    '{remedy}',
  ],
  captiveRoot: [
    'ERR_CORE_DI_CAPTIVE',
    'It lives as long as the app, and {label} lives for one request.',
    'Inject {label} into a route, or take it from the scope of a request.',
  ],

  // Of the list of providers.
  invalidTarget: [
    'ERR_CORE_DI_INVALID_PROVIDER',
    'The target is {value}, neither a token nor a class.',
    "Bind a class, or a token made with `token<T>('name')`; if it is undefined, break the import cycle.",
  ],
  duplicate: [
    'ERR_CORE_DI_DUPLICATE',
    '{label} is bound {times}{places}.',
    'Keep one of them; to replace it in a test, use `createApp({ overrides: [bind({label}, { … })] })`.',
  ],
  unusedOverride: [
    'ERR_CORE_DI_OVERRIDE_UNUSED',
    'Nothing needs {label} and nothing provides it, so the override has no effect.{twin}',
    '{remedy}',
  ],

  // Of the start.
  start: ['ERR_CORE_SERVICE_START', 'It could not be {step}: {reason}{need}', '{remedy}'],
} as const satisfies Readonly<Record<string, Message>>

/** Remedies that depend on more than the problem. */
export const REMEDIES = {
  bind: 'Add `bind({label}, { make: () => … })` to the providers.',
  bindToken:
    'Add `bind({label}, { make: () => … })` to the providers, or a plugin that binds it, as `database(DB, …)` binds DB.',
  provided: 'Add {provider}, or `bind({label}, { make: () => … })` to the providers.',
  sameClass: 'Import the same class in both places; two copies of a package make two.',
  sameToken:
    "Import the same constant in both places, or make both with `token('{token}', { shared: true })`.",
  removeOverride: 'Remove the override, or override what the routes need.',
  injectAll: 'Write one entry for each parameter, in their order: `static inject = [{constants}] as const`.',
  injectNone: 'Remove `static inject` from {class}, or add the parameters to its constructor.',
  // TypeScript refuses a static that differs from the base's.
  injectInherited:
    'The list is inherited. Add `bind({class}, { needs: [{constants}], make: (...needs) => new {class}(...needs) })`.',
  needUndefined:
    'It was not defined yet when {owner} was defined: break the import cycle, define it earlier, or write `lazy(() => X)`.',
  needString: 'Make a token once, `const {constant} = token<…>({value})`, and write {constant} here.',
  needOther: "Write a class, or a token made with `token<T>('name')`.",
  classScope: "Add `static scope = 'request'` to {label}, or pass the value to its methods.",
  bindingScope: "Add `scope: 'request'` to `bind({label}, { … })`, or pass the value to its methods.",
  late: 'Look at what it waits for, or raise phases.startMs.',
  cause: 'See the cause.',
} as const

/** Decorators of tsyringe that the graph cannot check: why, and what to write instead. */
export const UNSUPPORTED = {
  delay: [
    '`delay` of tsyringe, whose proxies break private fields and hide cycles of needs',
    'Write `@inject(lazy(() => X))` and take a function that returns X.',
  ],
  injectAll: [
    '`injectAll` of tsyringe, which collects everything that is registered at that moment',
    'Bind a token to the list, `bind(ALL, { needs: [A, B], make: (a, b) => [a, b] })`, and write `@inject(ALL)`.',
  ],
  injectWithTransform: [
    '`injectWithTransform` of tsyringe, whose result is unknown before it is constructed',
    'Bind a token to the result, `bind(RESULT, { needs: [X], make: (x) => … })`, and write `@inject(RESULT)`.',
  ],
} as const

const PRIMITIVE = ['a primitive type does not say which value to pass', '']

/** Types at run time that nothing can be looked up by: why, and what else may help. */
export const UNTYPED: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  [
    Object,
    [
      'it is an interface, a nullable class, a union, a class imported as a type only, or one not defined yet (an import cycle, or further down in the file)',
      ' If it is a class, import it without `type`, and before it is used.',
    ],
  ],
  [
    Function,
    [
      'its class is imported as a type only, or it is a function type',
      ' If it is a class, import it without `type`.',
    ],
  ],
  [Array, ['an array type does not say what it contains', '']],
  ...[String, Number, Boolean, Symbol, BigInt].map((type) => [type, PRIMITIVE] as const),
])

/** Codes of `ServiceError`. */
export type ServiceErrorCode =
  | 'ERR_CORE_DI_CIRCULAR_CALL'
  | 'ERR_CORE_DI_CLOSED'
  | 'ERR_CORE_DI_NOT_PROVIDED'
  | 'ERR_CORE_DI_NOT_STARTED'
  | 'ERR_CORE_DI_PROVIDE'
  | 'ERR_CORE_DI_REQUEST_SCOPE'
  | 'ERR_CORE_DI_TRANSIENT_DISPOSABLE'

/** What is thrown when a service is asked for at the wrong place or time. */
export const ERRORS = {
  closed: [
    'ERR_CORE_DI_CLOSED',
    '{it} was asked for after its app or request had ended.',
    'Ask for it earlier, and keep it.',
  ],
  notProvided: [
    'ERR_CORE_DI_NOT_PROVIDED',
    '{it} is provided for each request, and the scope of this request has no value for it.',
    'Call `scope.provide({it}, …)` where the scope is opened.',
  ],
  requestScope: [
    'ERR_CORE_DI_REQUEST_SCOPE',
    '{it} lives for one request, and no request is served here.',
    'Inject it into a route or into a service that lives for one request.',
  ],
  notStarted: [
    'ERR_CORE_DI_NOT_STARTED',
    '{it} is made by a promise that is not settled yet.',
    'Start the app before it is used.',
  ],
  notMade: [
    'ERR_CORE_DI_NOT_STARTED',
    '{it} is not made yet{why}: the app is starting.',
    'Name it in inject of the plugin, so that it is made before; or ask for it in started.',
  ],
  circularCall: [
    'ERR_CORE_DI_CIRCULAR_CALL',
    '{it} was asked for while it is being constructed: a constructor called a `lazy` need.',
    'Call it in a method.',
  ],
  transientDisposable: [
    'ERR_CORE_DI_TRANSIENT_DISPOSABLE',
    '{it} is transient and must be closed, and outside of a request nothing closes it.',
    'Inject it into a route, make it a singleton, or bind it with `dispose: false` and close it yourself.',
  ],
  provide: [
    'ERR_CORE_DI_PROVIDE',
    'A scope cannot take a value for {it}: it {why}.',
    'Make it request-scoped, and provide it once.',
  ],
} as const satisfies Readonly<Record<string, Message<ServiceErrorCode>>>

/** What the names in a message stand for. */
export type Values = Readonly<Record<string, string | number>>

/** A problem of a service, before it is known where the service is needed. */
export interface ServiceProblem {
  readonly name: keyof typeof PROBLEMS
  readonly values: Values
}

/** Writes a problem; a remedy that depends on more is among the values. */
export function toProblem(name: keyof typeof PROBLEMS, place: string, values: Values): SetupProblem {
  const [code, message, remedy] = PROBLEMS[name]
  return { code, place, message: fill(message, values), remedy: fill(remedy, values) }
}

/** Puts values in the place of their names. */
export function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}
