import type { SetupProblem } from '../errors/index.ts'
import type { AnyPluginCommand, CommandArgument } from './plugin-command.ts'

/** Options that every command has. */
const OWN_OPTIONS: readonly string[] = ['app', 'help']

/** Finds what the option tables cannot express about the arguments of commands. */
export function argumentProblems(
  commands: Readonly<Record<string, AnyPluginCommand>>,
  place: string,
): SetupProblem[] {
  return Object.entries(commands).flatMap(([command, { args = {} }]) => {
    const entries = Object.entries(args)
    const positional = entries.filter(([, one]) => one.isPositional === true)
    return entries.flatMap(([name, one]) => {
      const message =
        wordsOf(name, one) ??
        placeWordsOf(
          one,
          positional.slice(positional.findIndex(([other]) => other === name) + 1).map(([, other]) => other),
        )
      if (message === undefined) return []
      const option = `commands['${command}'].args.${name}`
      return [
        { code: 'ERR_CORE_OPTION', place, message: `Option ${option}: ${message[0]}`, remedy: message[1] },
      ]
    })
  })
}

type Words = readonly [message: string, remedy: string]

function wordsOf(name: string, one: CommandArgument): Words | undefined {
  const { type = 'text', values, default: initial } = one
  if (OWN_OPTIONS.includes(name)) return [`Every command has an option '${name}'.`, 'Choose another name.']
  if (/^no[A-Z]/.test(name))
    return ['--no-… would be read as the negation of another option.', 'Name it after what it does.']
  if (type === 'flag' && flagMembers.some((member) => one[member] !== undefined))
    return [
      `A flag cannot have ${flagMembers.find((member) => one[member] !== undefined)}.`,
      'Remove it, or choose another type.',
    ]
  if (values !== undefined && type !== 'text')
    return ['Only an argument of type text can have values.', 'Remove them.']
  return initial === undefined ? undefined : defaultWordsOf(one, initial)
}

function defaultWordsOf(
  { type, isRequired, isList, values }: CommandArgument,
  initial: string | number,
): Words | undefined {
  if (isRequired === true)
    return ['It is required, so its default is never used.', 'Remove isRequired or default.']
  if (isList === true) return ['A list cannot have a default: omitted, it is empty.', 'Remove the default.']
  const isKind = type === 'integer' ? Number.isSafeInteger(initial) : typeof initial === 'string'
  if (!isKind || (values !== undefined && !values.includes(String(initial))))
    return ['Its default is not one of its values.', 'Give one of them.']
  return undefined
}

const flagMembers = ['isPositional', 'isRequired', 'isList', 'values', 'default'] as const

/** @param after - the positional arguments after it */
function placeWordsOf(one: CommandArgument, after: readonly CommandArgument[]): Words | undefined {
  if (one.isPositional !== true || after.length === 0) return undefined
  if (one.isList === true)
    return [
      'It takes all remaining words, but other arguments follow it.',
      'Put it last, or make it an option.',
    ]
  if (one.isRequired !== true && after.some((other) => other.isRequired === true))
    return ['It is optional, but a required argument follows it.', 'Put it after that, or make it an option.']
  return undefined
}
