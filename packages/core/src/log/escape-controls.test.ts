import { expect, it } from 'vitest'
import { escapeControls, printableText } from './escape-controls.ts'

it('writes what would control a terminal as a string of JavaScript does', () => {
  expect(escapeControls('a\u001b[31m\n\u202Eb\u009b')).toBe(String.raw`a\u001b[31m\n\u202eb\u009b`)
  expect(printableText('a\r\u001b[2J\n\tb\u2028é\n')).toBe('a\\r\\u001b[2J\n\tb\\u2028é\n')
})
