import { html as tag } from '@keelson/http'
import fc from 'fast-check'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'

/** What a value would do if it were read as anything but text. */
const EVIL = `"'></title></textarea></script></style>--><evil-tag evil></evil-tag><!-- evil=1 `

const PIECES = [
  '<p ',
  '<a href',
  '<iframe src',
  '<script',
  '<script type="application/json"',
  '<style',
  '<title',
  '<textarea',
  '<svg',
  '<math',
  '<select',
  '<table',
  '<template',
  '<noscript',
  '<noframes',
  '<xmp',
  '<input checked',
  '<base href',
  '</p',
  '</script',
  '</title',
  '</textarea',
  '</style',
  '</svg',
  '</',
  '<',
  '>',
  '/>',
  '/',
  ' ',
  '\n',
  '\u00a0',
  '=',
  '"',
  "'",
  ' title="',
  " lang='",
  ' id=',
  ' onclick="',
  ' style="',
  ' meta content="',
  '<meta http-equiv=refresh content="0;url=',
  '<!--',
  '-->',
  '--!>',
  '<!-->',
  '<!--->',
  '<!-',
  '--',
  '!',
  '<!',
  '<?',
  '<!doctype html>',
  ']]>',
  '&',
  'a',
  'x:',
  '//',
  '.example',
]
const HOLE = '\0'
const templates = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.constant(HOLE) },
    ),
    {
      minLength: 2,
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join(''))
  .filter((text) => text.includes(HOLE))

/** The page of a template, or nothing if it is refused. */
function pageOf(template: string): string | undefined {
  const strings = template.split(HOLE)
  try {
    return String(tag(Object.assign(strings, { raw: strings }), ...strings.slice(1).map(() => EVIL)))
  } catch {
    return undefined
  }
}

/** Says in a browser where a value was read as more than text. */
const FAULTS = `(pages) => pages.filter((text) => {
  const found = new DOMParser().parseFromString(text, 'text/html')
  const roots = [found]
  for (const root of roots) for (const one of root.querySelectorAll('template')) roots.push(one.content)
  return roots.some((root) => {
    const walker = document.createTreeWalker(root)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node.nodeType === Node.COMMENT_NODE && node.data.includes('evil')) return true
      if (node.nodeType !== Node.ELEMENT_NODE) continue
      if (node.localName.includes('evil')) return true
      const isCode = node.localName === 'style' || (node.localName === 'script' && !(node.getAttribute('type') ?? '').includes('json'))
      if (isCode && node.textContent.includes('evil')) return true
      for (const { name, value } of node.attributes) {
        if (name.includes('evil')) return true
        if (/^(?:on.*|style|http-equiv)$/.test(name) && value.includes('evil')) return true
      }
    }
    return false
  })
})`

describe.skipIf(executablePath === undefined)('templates in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    page = await browser.newPage()
  }, 60_000)
  afterAll(() => browser.close())

  const faultsOf = (pages: readonly string[]) =>
    page.evaluate(`(${FAULTS})(${JSON.stringify(pages)})`) as Promise<string[]>

  it('show what is put in, whatever is around it, or are refused', async () => {
    const all = fc.sample(templates, { numRuns: 20_000, seed: 1 })
    const pages = all.map(pageOf).filter((text) => text !== undefined)
    expect(pages.length).toBeGreaterThan(1000)
    expect(await faultsOf(pages)).toEqual([])
  })

  it('would be found to be wrong', async () => {
    const wrong = [
      `<p>${EVIL}</p>`,
      `<!-- evil`,
      `<script>evil</script>`,
      `<p title="${EVIL}">`,
      `<p onclick="evil">`,
      `<p evil>`,
    ]
    expect(await faultsOf(wrong)).toEqual(wrong)
  })

  it('end comments where the standard says', async () => {
    const comments = [
      '<!-->',
      '<!--->',
      '<!-- a --!>',
      '<!-- <!-- -->',
      '<!---->',
      '<!---!>-->',
      '<!x>',
      '<?x>',
      '</ x>',
    ]
    const shown = (await page.evaluate(
      `(${JSON.stringify(comments.map((one) => `<body>${one}<b>a</b>`))}).map((text) => new DOMParser().parseFromString(text, 'text/html').querySelector('b')?.textContent)`,
    )) as unknown[]
    expect(shown).toEqual(comments.map(() => 'a'))
  })
})
