/** Time for a stopped process to end by itself, ms. */
const EXIT_GRACE_MS = 1000

/** Ends a process that does not end by itself, and names what keeps it alive. */
export function endSoon(name: string): void {
  setTimeout(() => {
    const held = process
      .getActiveResourcesInfo()
      .filter((resource) => !resource.includes('Wrap') || resource === 'TCPSocketWrap')
    process.stderr.write(
      `${name}: stopped, but the process is kept alive by ${held.join(', ') || 'an unknown resource'}; ending it now.\n`,
    )
    process.exit()
  }, EXIT_GRACE_MS).unref()
}
