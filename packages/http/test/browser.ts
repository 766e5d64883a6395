import { existsSync } from 'node:fs'

/** Chromium, where it is installed; a machine without it says why tests are skipped. */
export const executablePath = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

if (executablePath === undefined) {
  const remedy = 'Install the package chromium, or set CHROMIUM_PATH.'
  if (process.env['CI'] !== undefined)
    throw new Error(`What browsers make of answers is tested in Chromium. ${remedy}`)
  process.stderr.write(`Skipped: what a browser makes of answers, since no Chromium is found. ${remedy}\n`)
}
