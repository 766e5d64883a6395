// Without this file messages, logs and stack traces show names that the bundler made up: `_Tokens`, `text2` (decision 0005).

/** A chunk whose exported classes and functions have the names that they were written with. */
export function withNames(code: string): string {
  return withFunctionNames(withClassNames(code))
}

/** The bundler makes `var X = class _X {` of a class that uses its own name. */
function withClassNames(code: string): string {
  return code.replace(/^var (\w+) = class _\1\b[^]*?^\};$/gm, (built, name: string, start: number) => {
    const own = new RegExp(`(?<![\\w$.])_${name}\\b`, 'g')
    if (code.slice(0, start).search(own) >= 0 || code.slice(start + built.length).search(own) >= 0)
      throw new Error(`_${name} stands for more than the class ${name}. Rename what is called so.`)
    return built.replaceAll(own, name)
  })
}

/**
 * It makes `x2 as x` of what is exported beside a private `x`. What names it again is pure: other bundlers drop it where nobody uses `x`, and
 * nothing runs for each closure, as it would with `keepNames`.
 */
function withFunctionNames(code: string): string {
  const at = code.lastIndexOf('\nexport {')
  if (at < 0) return code
  const names = [...code.slice(at).matchAll(/^ {2}((\w+?)\d+) as \2,?$/gm)]
    .filter(([, built]) => new RegExp(`^(?:async )?function\\*? ${built}\\(`, 'm').test(code))
    .map(
      ([, built, name]) => `\n/* @__PURE__ */ Object.defineProperty(${built}, "name", { value: "${name}" });`,
    )
  return code.slice(0, at) + names.join('') + code.slice(at)
}
