import type { ConnectionOptions } from 'node:tls'
import { either, flag, isPlain, ofKind, type OptionSchema } from '@keelson/core/options'

/** How a connection is encrypted; as in `node:tls`. */
export type DatabaseTlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'minVersion' | 'rejectUnauthorized'
>

/** The entry of an option table for {@link DatabaseTlsOptions}, or a boolean. */
export const TLS_OPTION: OptionSchema = either(
  flag('Encrypts, and checks the certificate of the server.'),
  ofKind(
    {
      what: 'an object of options of node:tls',
      test: (value) => typeof value === 'object' && value !== null && isPlain(value),
    },
    'Options of node:tls.',
  ),
)
