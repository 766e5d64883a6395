/**
 * Whether a look-up found a user. `isActive && user` gives `false` for nobody, and others `''` or 0: whatever is falsy is nobody, so that
 * who is not found is never taken for found.
 */
export function isSomebody<TUser>(user: TUser | undefined | null): user is TUser & {} {
  return Boolean(user)
}
