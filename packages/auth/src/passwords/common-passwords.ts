/**
 * What people make passwords of, as letters in lower case: digits and signs around them, other forms of letters, one twice and two in a row are
 * found by `predictable.ts`. Passwords as they are stand in `listed-passwords.ts`.
 */
export const COMMON: ReadonlySet<string> = new Set(
  `
  password passwort motdepasse contrasena contraseña parola senha wachtwoord haslo heslo salasana passw pass passphrase secret secreto geheim topsecret
  admin administrator administrateur root superuser sysadmin user username login logon signin guest gast test tester testing demo default
  changeme changeit change letmein letmeinnow openup opensesame sesame welcome willkommen bienvenue hello hallo bonjour hola ciao
  iloveyou loveyou iloveu ilovehim ilovejesus teamo jetaime tequiero love lovely lover loveme mylove forever always
  qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx wasd
  abc abcd abcdef letters number numbers nothing something anything whatever trustno trustnoone
  monkey dragon master shadow sunshine princess prince football baseball basketball soccer hockey tennis golfer superman batman spiderman ironman
  starwars pokemon naruto minecraft fortnite roblox matrix hunter killer ranger buster hammer thunder lightning phoenix falcon eagle tiger
  lion panther mustang ferrari porsche mercedes corvette camaro harley yamaha honda toyota
  michael jennifer jessica ashley daniel charlie jordan thomas andrew matthew joshua robert william michelle nicole amanda george maria
  andrea alexander anthony samantha patrick justin martin david peter hannah sophie oliver lukas
  cheese chocolate cookie banana orange apple pepper ginger peanut butter coffee pizza
  summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday january february march april june july august
  september october november december holiday christmas
  computer internet google facebook twitter instagram linkedin youtube microsoft windows android samsung apple iphone amazon netflix
  server database postgres postgresql mysql oracle redis docker linux ubuntu keelson company business office
  freedom liberty america london paris berlin germany france england canada mexico brasil brazil india china
  jesus jesuschrist christ blessed blessing angel angels heaven family friend friends mother father mommy daddy baby babygirl babyboy
  sweet sweety sweetheart honey flower butterfly rainbow diamond silver golden purple yellow
  fuckyou fuckoff asshole bitch bastard fuck shit
  cowboy cowboys yankees lakers dodgers steelers chelsea liverpool arsenal barcelona realmadrid juventus
  correcthorsebatterystaple
  `
    .trim()
    .split(/\s+/),
)
