import { describe, expect, it } from 'vitest'
import { fill } from './html-fill.ts'

const EVIL = 'https://evil.example/'

// What a value does that somebody else gives, by the element and the attribute (WHATWG HTML, index of attributes).
describe('a value at the beginning of a URL', () => {
  it.each([
    '<script src="$"></script>',
    '<svg><script href="$"></script></svg>',
    '<svg><script xlink:href="$"></script></svg>',
    '<link rel="stylesheet" href="$">',
    '<base href="$">',
    '<object data="$"></object>',
    '<embed src="$">',
    '<svg><use href="$"/></svg>',
    '<SCRIPT SRC="$"></SCRIPT>',
  ])('is refused where code is loaded: %s', (template) => {
    expect(() => fill(template, '/main.js')).toThrow('loads code')
  })

  const OWN = [
    '<iframe src="$"></iframe>',
    '<frame src="$">',
    '<form action="$"></form>',
    '<button formaction="$"></button>',
    '<input type="submit" FORMACTION="$">',
    '<div hx-get="$"></div>',
    '<div data-hx-post="$"></div>',
  ]
  it.each(OWN)('stays on this server where a document is loaded or a form is sent: %s', (template) => {
    for (const own of ['/orders', 'orders/1', '?page=2', '#top', '', './a', '/a:b'])
      expect(fill(template, own)).toContain(`"${own}"`)
    for (const other of [
      EVIL,
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '\t//evil.example',
      '/\t/evil.example',
      ' \n//evil.example',
      'HTTPS:evil.example',
      'http:/evil.example',
      'javascript:alert(1)',
      'data:text/html,x',
      'mailto:a@evil.example',
    ])
      expect(fill(template, other)).toContain('"about:invalid"')
  })

  it('stays on this server with what follows it', () => {
    expect(fill('<form action="$/orders">', '/de')).toContain('"/de/orders"')
    expect(fill('<form action="$/orders">', '')).toContain('"/orders"')
    expect(fill('<form action="$/orders">', '/')).toContain('"about:invalid/orders"')
    expect(fill('<form action="$?a=$">', '/a', '&')).toContain('"/a?a=%26"')
    for (const template of ['$$', '$//x', '$/$', '$\\x', '$&sol;x', '$:x'])
      expect(() => fill(`<form action="${template}">`, '', '')).toThrow('Put all of it into one value')
  })

  it.each(['<a href="$">', '<img src="$">', '<video poster="$">', '<q cite="$">', '<area href="$">'])(
    'may name another server, and runs nothing: %s',
    (template) => {
      expect(fill(template, EVIL)).toContain(`"${EVIL}"`)
      expect(fill(template, 'javascript:alert(1)')).toContain('"about:invalid"')
    },
  )
})

describe('a value later in a URL', () => {
  const loading = (url: string) => `<script src="${url}"></script><iframe src="${url}"></iframe>`

  it.each([
    '/assets/$',
    'assets/$',
    'v$/main.js',
    '?v=$',
    '//cdn.example/$',
    'https://cdn.example/$',
    'https://cdn.example?$',
  ])('stands where the server is said: %s', (url) => {
    expect(fill(loading(url), 'a/b:c', 'a/b:c')).toContain(`"${url.replace('$', 'a%2Fb%3Ac')}"`)
  })

  it.each([
    'https://$/main.js',
    '//$',
    'https://cdn.example$',
    'https:$',
    'https:/$',
    '/\\$',
    'ftp://a/$',
    '/&sol;$',
    '&#47;/$',
    '/\t/$',
    'java&#115;cript:$',
  ])('cannot stand before it is: %j', (url) => {
    expect(() => fill(loading(url), '', '')).toThrow(/which server|begins with/)
  })

  it('makes no other server when it is empty', () => {
    expect(fill('<a href="/$/$">', '', 'evil.example')).toContain('"/./evil.example"')
    expect(fill('<a href="/$/$">', 'de', '')).toContain('"/de/"')
    expect(fill(loading('/$/main.js'), '', '')).toContain('"/./main.js"')
    expect(fill('<form action="/\t$\n/$">', '', 'evil.example')).toContain('"/\t.\n/evil.example"')
    expect(fill('<a href="/$">', '')).toContain('"/"')
    expect(() => fill('<form action="/$$/a">', '', '')).toThrow('Put a / between them')
  })
})

describe('a scheme', () => {
  it.each([
    '$:$',
    '$:alert(1)',
    '$script:$',
    'java$:$',
    'java$script:$',
    '$$:$',
    '$&colon;$',
    '$&#58;$',
    '$&#x3A;$',
    '$script&colon;x',
    '$:text/html,$',
    '$\t:x',
    '$$$a:x',
  ])('is not put together of a value and the template: %j', (url) => {
    const values = url.split('$').map(() => 'javascript')
    for (const begin of [
      '<a href',
      '<img src',
      '<iframe src',
      '<form action',
      '<p hx-get',
      '<svg><a xlink:href',
    ])
      expect(() => fill(`${begin}="${url}">`, ...values)).toThrow(
        /in the scheme of|Put all of it into one value/,
      )
    expect(() => fill(`<meta http-equiv="refresh" content="0;url=${url}">`, ...values)).toThrow(
      /in the scheme of|in the content of/,
    )
  })

  it.each(['java\nscript:$', '\u0001javascript:$', ' data:$'])(
    'that runs code takes no value after it: %j',
    (url) => {
      expect(() => fill(`<a href="${url}">`, '')).toThrow('in a URL that begins with')
    },
  )

  it.each([
    ['mailto:$', 'mailto:a'],
    ['$?a=b:c&amp;d', 'a?a=b:c&amp;d'],
    ['$/b:c', 'a/b:c'],
    ['$#b&amp;c', 'a#b&amp;c'],
    ['./$:b', './a:b'],
    ['https://shop.example/$:b', 'https://shop.example/a:b'],
  ])('may be written out, and colons stand after it: %s', (url, shown) => {
    expect(fill(`<a href="${url}">`, 'a')).toBe(`<a href="${shown}">`)
  })
})

describe('a segment of a path', () => {
  it.each([
    '/accounts/$/close',
    '/accounts/$',
    '/$/close',
    'accounts/$?a',
    '/a/.$/b',
    '/a/%2E$#b',
    '/a/\t$\n/b',
    'https://cdn.example/libs/$/main.js',
  ])('does not drop what stands before it: %j', (url) => {
    for (const [dots, shown] of [
      ['.', '%EF%BF%BD'],
      ['..', '%EF%BF%BD%EF%BF%BD'],
      ['%2e%2e', '%252e%252e'],
      ['...', '...'],
    ] as const)
      expect(fill(`<form action="${url}"></form>`, dots)).toContain(`"${url.replace('$', shown)}"`)
  })

  it('is not spelt by a piece of a character that is percent-encoded', () => {
    for (const url of ['/a/%2$/b', '/a/%$', '?a=%$', '/a/%2E%2\n$/b'])
      expect(() => fill(`<a href="${url}">`, 'e')).toThrow('that is percent-encoded')
    expect(fill('<a href="?share=100%25$">', 'e')).toBe('<a href="?share=100%25e">')
  })

  it('takes dots where they are none to browsers', () => {
    expect(fill('<a href="/v$/a">', '..')).toBe('<a href="/v../a">')
    expect(fill('<a href="/a?b=/$/c#/$">', '..', '.')).toBe('<a href="/a?b=/../c#/.">')
    expect(fill('<a href="/v/$.$">', '1', '2')).toBe('<a href="/v/1.2">')
    expect(fill('<a href="/v/a&sol;$">', '..')).toBe('<a href="/v/a&sol;%EF%BF%BD%EF%BF%BD">')
    expect(fill('<a href="/v/$$">', '.', '.')).toBe('<a href="/v/%EF%BF%BD%EF%BF%BD">')
  })
})
