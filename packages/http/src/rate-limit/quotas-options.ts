import { nested, optionTable, recordOf, text, type OptionSchema } from '@keelson/core/options'
import { contextNameOption } from '../context-name/context-name.ts'
import { LIMIT_OPTIONS, STORE_OPTIONS, type QuotaStoreOptions } from './options.ts'

/** A quota of which each key has its own. */
export interface QuotaSize {
  /** Units of a window. */
  readonly limit: number
  /** Length of the window, ms: from 1000, up to 365 days. */
  readonly windowMs: number
}

/** Quotas by name. */
export type QuotaSizes<TName extends string> = { readonly [K in TName]: QuotaSize }

/** Options of {@link quotas}. */
export interface QuotasOptions<
  TAs extends string = string,
  TFailure extends 'open' | 'closed' = 'open' | 'closed',
> extends QuotaStoreOptions<TFailure> {
  /** Name of what it adds to the context: a route with two of them tells them apart by it. Default `quotas`. */
  readonly as?: TAs | undefined
}

const NAME: OptionSchema = text('Name of a quota.', {
  pattern: '^[A-Za-z0-9-]{1,32}$',
  what: 'a name of 1 to 32 letters, digits and -',
})

export const QUOTAS_ARGUMENT: OptionSchema = recordOf(
  nested(
    optionTable<QuotaSize>({
      limit: { ...LIMIT_OPTIONS.limit, isRequired: true },
      windowMs: { ...LIMIT_OPTIONS.windowMs, isRequired: true },
    }),
    'A quota.',
  ),
  'Quotas by name.',
  NAME,
)

export const QUOTAS_OPTIONS = optionTable<QuotasOptions>({
  as: contextNameOption('Name of the quotas on the context.', 'quotas'),
  ...STORE_OPTIONS,
})
