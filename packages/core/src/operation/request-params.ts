// On the request path: the params of a path.

const NO_PARAMS: { readonly [name: string]: string } = Object.freeze({})

/** The path's params by name, as the lookup found them. */
export function toParams(
  names: readonly string[],
  values: readonly string[],
): { readonly [name: string]: string } {
  if (names.length === 0) return NO_PARAMS
  const params: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i] as string
  return params
}
