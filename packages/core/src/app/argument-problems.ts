import type { SetupProblem } from '../errors/index.ts'
import type { AnyPluginCommand, CommandArgument } from './plugin-command.ts'

/** Options that every command has. */
const OWN_OPTIONS: readonly string[] = ['app', 'help']

/** What no table of options can say of the arguments of a command. */
export function argumentProblems(
  commands: Readonly<Record<string, AnyPluginCommand>>,
  place: string,
): SetupProblem[] {
  return Object.entries(commands).flatMap(([command, { args = {} }]) => {
    const entries = Object.entries(args)
    const positional = entries.filter(([, one]) => one.isPositional === true)
    return entries.flatMap(([name, one]) => {
      const message =
        faultOf(name, one) ??
        placeFaultOf(
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

type Fault = readonly [message: string, remedy: string]

function faultOf(name: string, one: CommandArgument): Fault | undefined {
  const { type = 'text', values, default: initial } = one
  if (OWN_OPTIONS.includes(name)) return [`Every command has an option '${name}'.`, 'Name it otherwise.']
  if (/^no[A-Z]/.test(name))
    return [`--no-… would be read as the negation of another option.`, 'Name it by what it does.']
  if (type === 'flag' && flagMembers.some((member) => one[member] !== undefined))
    return [
      `A flag is given or not, and has no ${flagMembers.find((member) => one[member] !== undefined)}.`,
      'Remove that, or choose another type.',
    ]
  if (values !== undefined && type !== 'text') return ['Only a text has values.', 'Remove them.']
  return initial === undefined ? undefined : defaultFaultOf(one, initial)
}

function defaultFaultOf(
  { type, isRequired, isList, values }: CommandArgument,
  initial: string | number,
): Fault | undefined {
  if (isRequired === true) return ['It must be given, so that its default is never taken.', 'Remove one.']
  if (isList === true) return ['A list that is not given is empty.', 'Remove the default.']
  const isKind = type === 'integer' ? Number.isSafeInteger(initial) : typeof initial === 'string'
  if (!isKind || (values !== undefined && !values.includes(String(initial))))
    return ['Its default is not one of its values.', 'Give one that is.']
  return undefined
}

const flagMembers = ['isPositional', 'isRequired', 'isList', 'values', 'default'] as const

/** @param after - the positional arguments behind it */
function placeFaultOf(one: CommandArgument, after: readonly CommandArgument[]): Fault | undefined {
  if (one.isPositional !== true || after.length === 0) return undefined
  if (one.isList === true)
    return ['It takes all words, and others come behind it.', 'Put it last, or make it an option.']
  if (one.isRequired !== true && after.some((other) => other.isRequired === true))
    return ['It may be left out, and one behind it may not.', 'Put it behind that, or make it an option.']
  return undefined
}
