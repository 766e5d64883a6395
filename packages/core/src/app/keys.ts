import { bind, type Provider } from '../di/index.ts'
import { resolveMode, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import { createKeys, createRandomKeys, repeatedSecrets } from '../port/index.ts'
import type { ApplicationOptions } from './options.ts'
import { KEYS } from './tokens.ts'

type KeyOptions = Pick<ApplicationOptions, 'mode' | 'secrets'>

/** What is wrong with the secrets besides what each of them says for itself. */
export function keyProblems({ secrets = [] }: KeyOptions): SetupProblem[] {
  return repeatedSecrets(secrets, 'createApp')
}

/** Who gives the app its keys; nobody in production without secrets, so that the check of the graph says who needs them. */
export function keyProviders({ mode, secrets }: KeyOptions, log: Logger): Provider[] {
  if (secrets !== undefined) return [bind(KEYS, { make: () => createKeys(secrets) })]
  const resolved = resolveMode(mode)
  if (resolved === 'production') return []
  const make = () => {
    if (resolved === 'development')
      log.warn(
        'There are no secrets, so keys are random: what they sign or seal is void after a restart. Give createApp({ secrets: [config.APP_SECRET] }).',
      )
    return createRandomKeys()
  }
  return [bind(KEYS, { make })]
}
