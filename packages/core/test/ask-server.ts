// Servers that tests ask for: whether one is there, and why what needs it is skipped.

/** A server, or why there is not one. */
export interface FoundServer {
  readonly url: string | undefined
  readonly reason: string
}

/** What a server gives, or why it gives nothing. */
export interface Asked<T> {
  readonly given: T | undefined
  readonly reason: string
}

/** Asks a server. Where `CI` or `REQUIRE_SERVICES` is set it must be there: nothing would be proven of it. */
export async function askServer<T>(name: string, ask: () => Promise<T>): Promise<Asked<T>> {
  const { CI, REQUIRE_SERVICES } = process.env
  try {
    return { given: await ask(), reason: '' }
  } catch (error) {
    if (CI !== undefined || REQUIRE_SERVICES === 'true') throw error
    const reason = `no ${name} answers: ${String(error)}`
    process.stderr.write(`${reason}, so that nothing was proven of it\n`)
    return { given: undefined, reason }
  }
}

/** Asks whether there is a server at a URL. */
export async function findServer(
  name: string,
  url: string,
  ask: (url: string) => Promise<unknown>,
): Promise<FoundServer> {
  const { given, reason } = await askServer(`${name} at ${new URL(url).host}`, async () => {
    await ask(url)
    return url
  })
  return { url: given, reason }
}
