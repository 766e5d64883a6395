import type { SetupProblem, Violation } from '../errors/index.ts'
import { unescapePointer } from '../schema/index.ts'
import type { ConfigField } from './config-field.ts'
import type { SourcedText } from './config-source.ts'

/** What is needed to explain a violation in terms of variables. */
export interface ViolationContext {
  readonly fields: readonly ConfigField[] | undefined
  /** By key of the schema. */
  readonly sources: ReadonlyMap<string, SourcedText>
  readonly prefix: string
}

/** Explains what is wrong with variables: name, source, what is expected; never the value. One problem for each missing variable. */
export function explainViolations(
  violations: readonly Violation[],
  context: ViolationContext,
): SetupProblem[] {
  const problems: SetupProblem[] = []
  const missing = new Set<string>()
  for (const violation of violations) {
    const key = keyOf(violation.pointer)
    const source = context.sources.get(key)
    const field = context.fields?.find((one) => one.key === key)
    if (key !== '' && source === undefined) {
      if (!missing.has(key)) problems.push(explainMissing(context.prefix + key, field))
      missing.add(key)
    } else {
      problems.push(explainValue(violation, { name: context.prefix + key, source, field }))
    }
  }
  return problems
}

function explainMissing(name: string, field: ConfigField | undefined): SetupProblem {
  const alternative = field?.isSecret === true ? `, or name a file that holds it: ${name}_FILE=…` : ''
  return {
    code: 'ERR_CORE_CONFIG_MISSING',
    place: name,
    message: `It is not set${describe(field)}${field?.development === undefined ? '' : ', and has a value for development alone'}.`,
    remedy: `Add ${name}=… to the environment or to .env${alternative}.${field?.isSecret === true && !isAddress(name) ? MAKE_ONE : ''}`,
  }
}

const MAKE_ONE = ' One that nobody guesses: openssl rand -hex 32.'

/** The address of a server is not made up. */
function isAddress(name: string): boolean {
  return /(?:^|_)(?:URL|URI|DSN)$/.test(name)
}

interface Variable {
  readonly name: string
  readonly source: SourcedText | undefined
  readonly field: ConfigField | undefined
}

function explainValue(violation: Violation, { name, source, field }: Variable): SetupProblem {
  const hasDefault = field !== undefined && field.node['default'] !== undefined
  return {
    code: 'ERR_CORE_CONFIG_VALUE',
    place: source === undefined ? 'configuration' : `${name} (${source.source})`,
    message: toSentence(withoutValue(violation, { name, source, field })),
    remedy: hasDefault ? 'Correct it, or remove it to use the default.' : 'Correct it.',
  }
}

/** Shortest text that is hidden in messages; shorter texts occur everywhere and reveal nothing. */
const MIN_HIDDEN = 4

/** The message without the value: ours never hold it, those of other libraries may. */
function withoutValue({ message, code }: Violation, { source, field }: Variable): string {
  if (field?.isStandard === false) return message
  if (field?.isSecret === true) return `does not match its schema (${code})`
  if (source === undefined || source.text.length < MIN_HIDDEN) return message
  return message.replaceAll(source.text, '…')
}

/** Our messages are predicates (`must be integer`), those of other libraries mostly sentences. */
function toSentence(message: string): string {
  const article = message
    .replace(/^must be (?=(integer|array|object)$)/, 'must be an ')
    .replace(/^must be (?=(number|string|boolean)$)/, 'must be a ')
  const sentence = /^[a-z]/.test(article) ? `It ${article}` : article
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`
}

function describe(field: ConfigField | undefined): string {
  const description = field?.node['description']
  return typeof description === 'string' ? ` (${description.replace(/\.$/, '')})` : ''
}

/** First name of a JSON Pointer, `''` for the whole value. */
function keyOf(pointer: string): string {
  return unescapePointer(pointer.split('/')[1] ?? '')
}
