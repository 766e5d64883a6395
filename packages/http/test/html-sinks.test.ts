import { describe, expect, it } from 'vitest'
import { fill } from './html-fill.ts'

describe('the content of a meta element', () => {
  it('takes a value, but no rule of the page', () => {
    expect(fill('<meta name="description" content="$">', '0;url=x')).toContain('content="0;url=x"')
    for (const rest of [
      'content="$" http-equiv="refresh"',
      'http-equiv=refresh content="$"',
      'http-equiv="Content-Security-Policy" content="img-src $"',
      'http-equiv="refresh" content="$;url=/a"',
      'http-equiv="refresh" content="0;url=$"',
      'http-equiv="refresh" content="0;url=//$/a"',
      'HTTP-EQUIV=\'refresh\' content="0; $"',
    ])
      expect(() => fill(`<meta ${rest}>`, '1')).toThrow('in the content of <meta http-equiv>')
    expect(() => fill('<meta http-equiv="$" content="1">', 'refresh')).toThrow('http-equiv')
  })

  it.each(['0;url=/orders/$', '3; URL = "/orders/$', "0,url='/orders/$'", '0 /orders/$'])(
    'takes a later part of the URL of a refresh: %s',
    (content) => {
      const quote = content.includes('"') ? "'" : '"'
      expect(fill(`<meta http-equiv="refresh" content=${quote}${content}${quote}>`, '../b c')).toContain(
        '/orders/..%2Fb%20c',
      )
    },
  )
})

describe('a value is refused', () => {
  it.each([
    'onclick',
    'ONCLICK',
    'OnLoad',
    'onbeforetoggle',
    'on',
    'style',
    'STYLE',
    'srcdoc',
    'srcset',
    'imagesrcset',
    'ping',
    'xml:base',
    'sandbox',
    'http-equiv',
    'attributeName',
    'to',
    'from',
    'by',
    'values',
    'hx-on',
    'hx-on:click',
    'hx-on::after-request',
    'HX-ON:CLICK',
    'data-hx-on:click',
    'hx-on--load',
    'hx-vals',
    'hx-headers',
    'hx-trigger',
    'x-data',
    'x-on:click',
    '@click',
    ':class',
    'v-html',
    'ng-click',
    'data-on-click',
    'data-on:click',
    'data-on-intersect__once',
    'data-star-on-click',
    'data-bind',
    'data-bind:name',
    'data-effect',
    'data-signals',
    'data-signals-a',
    'data-text',
    'data-ng-click',
    'ng:click',
    'x-ng-click',
    'wire:click',
    'sse-connect',
    'data-ws-connect',
    'hx-sse',
    '.value',
    '_',
  ])('in the attribute %s', (name) => {
    expect(() => fill(`<p ${name}="$">`, '')).toThrow(`in the attribute ${name.toLowerCase()}`)
    expect(() => fill(`<p a="1"${name} = '$'>`, '')).toThrow(`in the attribute ${name.toLowerCase()}`)
  })

  it.each([
    'data-only',
    'data-binding',
    'data-text-color',
    'sse-swap',
    'data-name',
    'hx-target',
    'id',
    'class',
    'lang',
    'xml:lang',
    'aria-label',
    'nonce',
    'name',
  ])('but not in the attribute %s', (name) => {
    expect(fill(`<p ${name}="$">`, '<')).toBe(`<p ${name}="&lt;">`)
  })

  it('in what says that a link loads code', () => {
    expect(() => fill('<link rel="$" href="/a">', '')).toThrow('in the rel of a link')
  })
})

// WHATWG HTML §13.2.5.43 to §13.2.5.52, and what is read as a comment (§13.2.5.41).
describe('where a comment ends', () => {
  it.each([
    '<!-->',
    '<!--->',
    '<!-- a -->',
    '<!-- a --!>',
    '<!---->',
    '<!----!>',
    '<!-- <!-- -->',
    '<!--a--a->-->',
    '<!doctype html>',
    '<!x>',
    '<?x>',
    '</ x>',
    '</>',
    '<!>',
  ])('text begins, after %s', (comment) => {
    expect(fill(`${comment}$<script type="application/json">$</script>`, '<', '<')).toBe(
      String.raw`${comment}&lt;<script type="application/json">"\u003c"</script>`,
    )
    expect(() => fill(`${comment}<script>$</script>`, '')).toThrow('in <script>')
  })

  it.each([
    '<!--',
    '<!-- a ',
    '<!--a>',
    '<!---a->',
    '<!---!>',
    '<!-- --',
    '<!-- --!',
    '<!-- -- >',
    '<!x ',
    '<?x ',
    '</1 ',
    '<!-',
    '<!',
  ])('there is a comment still, after %s', (comment) => {
    expect(() => fill(`${comment}$-->`, '')).toThrow('in a comment')
  })

  it('CDATA is refused, which is text in SVG alone', () => {
    expect(() => fill('<svg><![CDATA[ > <a title=" ]]>$">', '')).toThrow('CDATA')
  })
})

describe('browsers read', () => {
  it.each([
    ['a title and a textarea to their ends', '<title><a title="</title><script>$</script>">', 'in <script>'],
    ['no tag in a title', '<svg><title><a href="$"></a></title></svg>', 'in <title>'],
    ['frames and the like as raw text', '<noframes><p title="</noframes><script>$</script>">', 'in <script>'],
    ['raw text without references', '<xmp>$</xmp>', 'in <xmp>'],
    ['no blank in a no-break space', '<p\u00a0title="$">', 'a quote stands where'],
    ['a name from = on', '<p ="$">', 'a quote stands where'],
    ['a declaration to its >', '<!x <a title="><script>$</script>">', 'in <script>'],
  ])('%s', (_, template, message) => {
    expect(() => fill(template, '')).toThrow(message)
  })

  it('other elements whose names begin like scripts as such', () => {
    expect(fill('<script-x>$</script-x>', '<')).toBe('<script-x>&lt;</script-x>')
  })
})
