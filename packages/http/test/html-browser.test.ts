import { html as tag } from '@keelson/http'
import fc from 'fast-check'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { executablePath } from './browser.ts'
import { EVIL, fillings, HOLE } from './html-grammar.ts'

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
function pageOf(template: string, values: readonly unknown[]): string | undefined {
  const strings = template.split(HOLE)
  try {
    return String(tag(Object.assign(strings, { raw: strings }), ...values))
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

/**
 * Says in a browser where values made other elements, attributes or URLs than those that do nothing: a scheme that runs code, another server
 * for a document or a form, less of a path than the template has.
 */
const DIFFERENCES = `(pairs) => pairs.filter((pair) => {
  const read = pair.map((text) => [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*')])
  const shape = (all) => JSON.stringify(all.map((one) => [one.localName, ...one.getAttributeNames()]))
  if (shape(read[0]) !== shape(read[1])) return true
  const [urls, calm] = read.map((all) => all.flatMap((one) => [...one.attributes].filter(({ name }) => /^(?:(?:xlink:)?href|src|(?:form)?action)$/.test(name))))
  return urls.some((url, at) => {
    const [is, was] = [url, calm[at]].map(({ value }) => URL.parse(value, 'https://own.example/a/b/c'))
    if (is === null || was === null || is.protocol === 'about:') return false
    if (/^(?:javascript|data|vbscript):$/.test(is.protocol)) return true
    const isOwn = url.name.endsWith('action') || url.ownerElement.localName === 'iframe'
    if (isOwn && is.host !== was.host) return true
    const isWritten = url.value[0] === calm[at].value[0]
    return isWritten && is.pathname.split('/').length !== was.pathname.split('/').length
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

  const differencesOf = (pairs: readonly unknown[]) =>
    page.evaluate(`(${DIFFERENCES})(${JSON.stringify(pairs)})`) as Promise<unknown[]>

  it('show what is put in, whatever is around it, or are refused', async () => {
    const all = fc.sample(templates, { numRuns: 20_000, seed: 1 })
    const pages = all
      .map((one) =>
        pageOf(
          one,
          one
            .split(HOLE)
            .slice(1)
            .map(() => EVIL),
        ),
      )
      .filter((text) => text !== undefined)
    expect(pages.length).toBeGreaterThan(1000)
    expect(await faultsOf(pages)).toEqual([])
  })

  it('read tags and URLs as they do, whatever stands close together', async () => {
    const pairs = fc
      .sample(fillings, { numRuns: 20_000, seed: 1 })
      .map(({ template, values, calm }) => [pageOf(template, values), pageOf(template, calm)])
      .filter(([page]) => page !== undefined)
    expect(pairs.length).toBeGreaterThan(1000)
    expect(await differencesOf(pairs)).toEqual([])
  })

  it('would be found to read them otherwise', async () => {
    const wrong = [
      ['<a href="javascript:x">', '<a href="calm:x">'],
      ['<a href="javascript&colon;x">', '<a href="calm&colon;x">'],
      ['<a class=btn/href="x onclick=evil y">', '<a class=btn/href="calm">'],
      ['<form action="/a/../b">', '<form action="/a/calm/b">'],
      ['<form action="//evil.example/b">', '<form action="/calm/b">'],
      ['<pclass="x evil y">', '<pclass="calm">'],
    ]
    expect(await differencesOf(wrong)).toEqual(wrong)
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
