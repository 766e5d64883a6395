export { ruleAt } from './rule-at.ts'
export { role, type RoleRule, type UserWithRoles } from './role.ts'
export { assertUser, signedIn, type MaybeUser, type SignedInRule } from './signed-in.ts'
