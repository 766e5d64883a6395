import { AsyncLocalStorage } from 'node:async_hooks'

/** Where a public operation was called; asked only for messages. */
export type Site = (() => string | undefined) | undefined

/** The call site of the public operation around, in development and test alone: a stack costs a tenth of a transaction. */
const sites = new AsyncLocalStorage<Site>()

export function runAtSite<T>(site: Site, work: () => T): T {
  return sites.run(site, work)
}

/** The site around, to be asked later. */
export function siteAround(): Site {
  return sites.getStore()
}

/** Where the program called the operation that runs now; undefined in production. */
export function currentSite(): string | undefined {
  return sites.getStore()?.()
}

/**
 * What an operation gives, whose error tells the line of the program that called it: the frames of a stack that Node keeps are ours alone,
 * and where a server answered, none is the program's.
 */
export function located<T>(out: Promise<T>, label: string, site: () => string | undefined): Promise<T> {
  return out.catch((error: unknown) => {
    if (error instanceof Error) addLine(error, label, site())
    throw error
  })
}

/** Rows that are read later, each at the site of the operation that gives them; their error is {@link located}. */
export async function* rowsAtSite<T>(
  rows: AsyncGenerator<T, void, undefined>,
  label: string,
  site: () => string | undefined,
): AsyncGenerator<T, void, undefined> {
  try {
    for (;;) {
      const next = await located(
        runAtSite(site, () => rows.next()),
        label,
        site,
      )
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await runAtSite(site, () => rows.return())
  }
}

function addLine(error: Error, label: string, at: string | undefined): void {
  const { stack } = error
  if (at === undefined || typeof stack !== 'string' || stack.includes(at)) return
  const frames = stack.search(/\n {4}at /)
  const line = `\n    at ${label} (${at})`
  const text = frames < 0 ? `${stack}${line}` : `${stack.slice(0, frames)}${line}${stack.slice(frames)}`
  // What was frozen stays as it is.
  Reflect.defineProperty(error, 'stack', { value: text, configurable: true, writable: true })
}
