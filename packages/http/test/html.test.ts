import { content, route } from '@keelson/core'
import { html as tag, htmlReply, trustedHtml } from '@keelson/http'
import { testApp } from '@keelson/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

// Not by the name `html`: formatters would write the templates anew.
const EVIL = `"><script>alert('x')</script>&amp;`
const SHOWN = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;'

describe('html escapes', () => {
  it('text, lists and attributes', () => {
    expect(String(tag`<p>${EVIL}</p>`)).toBe(`<p>${SHOWN}</p>`)
    expect(String(tag`<p title="${EVIL}" lang='${EVIL}'>${[1, 'a<b', tag`<i>x</i>`]}</p>`)).toBe(
      `<p title="${SHOWN}" lang='${SHOWN}'>1a&lt;b<i>x</i></p>`,
    )
    expect(String(tag`<title>${EVIL}</title><textarea>${EVIL}</textarea>`)).toBe(
      `<title>${SHOWN}</title><textarea>${SHOWN}</textarea>`,
    )
    expect(String(tag`a < b ${'<'} <!doctype html><!-- a "quote' --><br />${7n}`)).toContain(
      '&lt; <!doctype html>',
    )
    expect(String(tag`${null}${undefined}${false}${true}${0}${''}`)).toBe('0')
    expect(String(tag`<p>${trustedHtml('<hr>')}</p>`)).toBe('<p><hr></p>')
  })

  it.each([
    ['javascript:alert(1)', 'about:invalid'],
    ['JavaScript:alert(1)', 'about:invalid'],
    ['  javascript:alert(1)', 'about:invalid'],
    ['\u0001javascript:alert(1)', 'about:invalid'],
    ['java\nscript:alert(1)', 'about:invalid'],
    ['java\tscript\r:alert(1)', 'about:invalid'],
    ['vbscript:x', 'about:invalid'],
    ['data:text/html,<script>', 'about:invalid'],
    ['data:image/svg+xml,<svg onload=alert(1)>', 'about:invalid'],
    ['blob:https://x', 'about:invalid'],
    ['data:image/png;base64,AAAA', 'data:image/png;base64,AAAA'],
    ['https://shop.example/?a=1&b=2', 'https://shop.example/?a=1&amp;b=2'],
    ['mailto:ada@shop.example', 'mailto:ada@shop.example'],
    ['/a:b', '/a:b'],
    ['?a=b:c', '?a=b:c'],
    ['#javascript:', '#javascript:'],
    ['//shop.example/', '//shop.example/'],
    ['', ''],
    ['&#106;avascript:alert(1)', '&amp;#106;avascript:alert(1)'],
  ])('the URL %j', (url, shown) => {
    expect(String(tag`<a href="${url}">x</a>`)).toBe(`<a href="${shown}">x</a>`)
    expect(String(tag`<img SRC='${url}'>`)).toBe(`<img SRC='${shown}'>`)
    expect(String(tag`<svg><a xlink:href="${url}"/></svg>`)).toBe(`<svg><a xlink:href="${shown}"/></svg>`)
  })

  it('parts of a URL', () => {
    expect(String(tag`<a href="/users/${'../a b'}?next=${'a&b=1'}#${'é'}">x</a>`)).toBe(
      '<a href="/users/..%2Fa%20b?next=a%26b%3D1#%C3%A9">x</a>',
    )
    expect(String(tag`<a href="${'https://x.example'}/${'a:b'}">x</a>`)).toBe(
      '<a href="https://x.example/a%3Ab">x</a>',
    )
    expect(String(tag`<a href="/${'\ud800'}">x</a>`)).toBe('<a href="/%EF%BF%BD">x</a>')
  })

  it.each([true, false, null, undefined])('boolean attributes: %s', (isOn) => {
    const shown = isOn === true ? ' checked=""' : ''
    expect(String(tag`<input name="a" checked="${isOn}"/>`)).toBe(`<input name="a"${shown || ' '}/>`)
    expect(String(tag`<input name="a" checked="${isOn}">`)).toBe(`<input name="a"${shown}>`)
    expect(String(tag`<input/checked="${isOn}"><p title="a"hidden='' id="b"inert="${isOn}">`)).toBe(
      isOn === true
        ? `<input/checked=""><p title="a"hidden='' id="b"inert="">`
        : `<input/><p title="a"hidden='' id="b">`,
    )
    expect(String(tag`<input  CHECKED = '${isOn}' name="a">`)).toBe(
      isOn === true ? `<input  CHECKED = '' name="a">` : '<input name="a">',
    )
  })

  it('nothing anew where a boolean attribute is omitted: names do not join', () => {
    const title = 'x onclick=alert(1) y'
    expect(String(tag`<p inert="${false}"title="${title}">`)).toBe(`<p title="${title}">`)
    expect(String(tag`<p a=b inert="${false}"title="${title}">`)).toBe(`<p a=b title="${title}">`)
    expect(String(tag`<p autofocus\tinert="${false}"/title="${title}">`)).toBe(
      `<p autofocus\t/title="${title}">`,
    )
    expect(String(tag`<p a=b inert="${false}" hidden="${false}"/>`)).toBe('<p a=b />')
  })

  it('boolean attributes after a long text, in time that grows as it does', () => {
    const page = String(tag`${'a'.repeat(1_000_000)}<input checked="${false}">`)
    expect(page.slice(-8)).toBe('a<input>')
  })

  it('attributes that are boolean or a text', () => {
    expect(String(tag`<p hidden="${false}">`)).toBe('<p>')
    expect(String(tag`<p hidden="${true}">`)).toBe('<p hidden="">')
    expect(String(tag`<p hidden="${'until-found'}">`)).toBe('<p hidden="until-found">')
    expect(String(tag`<a download="${undefined}" id="a">`)).toBe('<a id="a">')
    expect(String(tag`<a download="${'a&b.txt'}">`)).toBe('<a download="a&amp;b.txt">')
    expect(String(tag`<a download="${'a'}.txt">`)).toBe('<a download="a.txt">')
  })

  it.each(['aria-expanded', 'draggable', 'contenteditable', 'spellcheck', 'hx-boost'])(
    'true and false as texts: %s',
    (name) => {
      const strings = [`<p ${name}="`, '">']
      const fill = (value: unknown) => String(tag(Object.assign(strings, { raw: strings }), value))
      expect(fill(true)).toBe(`<p ${name}="true">`)
      expect(fill(false)).toBe(`<p ${name}="false">`)
      expect(fill('a')).toBe(`<p ${name}="a">`)
      expect(fill(null)).toBe(`<p ${name}="">`)
    },
  )

  it('a part of where a script comes from', () => {
    expect(String(tag`<script src="/assets/${'../a b.js'}"></script>`)).toBe(
      '<script src="/assets/..%2Fa%20b.js"></script>',
    )
  })

  it('JSON in scripts that are not code', () => {
    const value = { text: '</script><!--\u2028&', list: [1, null] }
    const page = String(tag`<script type="application/json" id="data">${value}</script>`)
    const [, json = ''] = /id="data">(.*)<\/script>$/.exec(page) ?? []
    expect(json).not.toMatch(/[<>&\u2028]/)
    expect(JSON.parse(json)).toEqual(value)
  })

  it('whatever stands in it, so that no markup comes of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const page = String(tag`<p title="${text}">${text}</p><a href="${text}">${text}</a>`)
        expect(page.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '').match(/[<>"]/g)).toHaveLength(12)
      }),
    )
  })
})

describe('html refuses', () => {
  const x = 'x'
  it.each<[string, () => unknown, string]>([
    ['a script', () => tag`<script>let a = "${x}"</script>`, 'in <script>'],
    ['a module', () => tag`<script type="module">${x}</script>`, 'in <script>'],
    [
      'a script with a type of its data',
      () => tag`<script data-type="application/json">"${x}"</script>`,
      'in <script>',
    ],
    [
      'a script with two types',
      () => tag`<script type="module" type="application/json">${x}</script>`,
      'in <script>',
    ],
    [
      'a script with a title',
      () => tag`<script title='type="application/json"'>${x}</script>`,
      'in <script>',
    ],
    ['an import map', () => tag`<script type="importmap">${x}</script>`, 'in <script>'],
    [
      'a script whose type is filled in',
      () => tag`<script type="${'application/json'}">${x}</script>`,
      'in <script>',
    ],
    ['a style', () => tag`<style>a { color: ${x} }</style>`, 'in <style>'],
    ['a comment', () => tag`<!-- ${x} -->`, 'in a comment'],
    ['an attribute without quotes', () => tag`<a title=${x}>`, 'Quote it'],
    ['the name of an attribute', () => tag`<a ${x}="1">`, 'in a tag'],
    ['the name of a tag', () => tag`<${x}>`, 'in a tag'],
    ['the name of an end tag', () => tag`</${x}>`, 'in a tag'],
    ['a handler', () => tag`<a onclick="${x}">`, 'onclick'],
    ['a style attribute', () => tag`<a style="${x}">`, 'style'],
    ['srcdoc', () => tag`<iframe srcdoc="${x}">`, 'srcdoc'],
    ['srcset', () => tag`<img srcset="${x} 2x">`, 'srcset'],
    ['what SVG animates', () => tag`<animate attributeName="href" to="${x}" />`, 'attribute to'],
    ['where a script comes from', () => tag`<script src="${x}"></script>`, 'loads code'],
    ['where styles come from', () => tag`<link rel="stylesheet" href="${x}">`, 'loads code'],
    ['the base of the page', () => tag`<BASE href="${x}">`, 'loads code'],
    ['where a plugin comes from', () => tag`<object data="${x}"></object>`, 'loads code'],
    ['a URL of code', () => tag`<a href="javascript:f('${x}')">`, 'javascript:'],
    ['an open tag', () => tag`<p`, 'within a tag'],
    ['an open quote', () => tag`<p title="a`, 'the value of an attribute'],
    ['an open comment', () => tag`<!-- a`, 'a comment'],
    ['an open script', () => tag`<script>`, 'a script'],
    ['a quote in a tag', () => tag`<p "a">${x}</p>`, 'a quote'],
    ['a text in a boolean attribute', () => tag`<input checked="${'checked'}">`, 'Give true or false'],
    ['false in an attribute', () => tag`<p data-open="${false}">`, "Give a text: isOn ? 'on' : 'off'"],
    ['true in a URL', () => tag`<a href="${true}">`, 'true cannot be shown in a URL'],
    ['true within an attribute', () => tag`<p aria-label="${true}!">`, 'cannot be shown in an attribute'],
    ['a slash in a value without quotes', () => tag`<a class=btn/href="${x}">`, 'Quote all of a value'],
    ['a path without quotes', () => tag`<img src=/logo.png/alt="${x}">`, 'Quote all of a value'],
    ['part of a boolean attribute', () => tag`<input checked="a${true}">`, 'boolean attribute checked'],
    ['a call', () => (tag as unknown as (text: string) => unknown)('<p>'), 'Write html`…`'],
    ['an object', () => tag`<p>${{}}</p>`, 'cannot be shown'],
    ['a promise', () => tag`<p>${Promise.resolve(1)}</p>`, 'cannot be shown'],
    ['a symbol', () => tag`<p>${Symbol('a')}</p>`, 'cannot be shown'],
    ['HTML in an attribute', () => tag`<p title="${tag`<b>`}">`, 'cannot be shown in an attribute'],
    ['a list in an attribute', () => tag`<p class="${['a']}">`, 'cannot be shown in an attribute'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('htmlReply', () => {
  it('answers with a page', async () => {
    const home = route.get('/', { ...open, response: content('text/html') }, () =>
      htmlReply(tag`<p>good</p>`),
    )
    const response = { 200: content('text/html'), 422: content('text/html') }
    const wrong = route.post('/', { ...open, response }, ({ header }) =>
      header('x-good') === undefined
        ? htmlReply(tag`<p>${'<bad>'}</p>`, { status: 422, headers: { 'x-a': '1' } })
        : htmlReply(tag`<p>good</p>`),
    )
    await using test = await testApp({ routes: { home, wrong }, transport: 'socket' })
    const good = await test.request('GET', '/')
    expect([good.status, good.headers.get('content-type'), await good.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<p>good</p>',
    ])
    const bad = await test.request('POST', '/')
    expect([bad.status, bad.headers.get('x-a'), await bad.text()]).toEqual([422, '1', '<p>&lt;bad&gt;</p>'])
    expect(() => htmlReply(tag``, { status: 99 })).toThrow(/status/)
  })

  it('takes no text, which nobody has escaped', () => {
    expect(() => htmlReply('<p>' as never)).toThrow('trustedHtml(text)')
    expect(() => htmlReply(null as never)).toThrow('is not HTML')
  })

  it('is what a handler has to return: HTML is not sent as JSON', async () => {
    const bare = route.get('/', open, () => tag`<p>x</p>`)
    await using test = await testApp({ routes: { bare } })
    expect((await test.request('GET', '/')).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('Return htmlReply')
  })
})
