/** Time that a stopped process gets to end by itself, ms. */
const EXIT_GRACE_MS = 1000

/** Ends a process that should end by itself; what keeps it alive is named. */
export function endSoon(name: string): void {
  setTimeout(() => {
    const held = process
      .getActiveResourcesInfo()
      .filter((resource) => !resource.includes('Wrap') || resource === 'TCPSocketWrap')
    process.stderr.write(
      `${name}: stopped, but the process was kept alive by ${held.join(', ') || 'an unknown resource'}; it is ended now.\n`,
    )
    process.exit()
  }, EXIT_GRACE_MS).unref()
}
