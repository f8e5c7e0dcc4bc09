export {
  type AccessibilityFault,
  accessibilityFaults,
  chromiumPath,
  launchBrowser,
  layoutFaults,
  lookingGlass,
} from './browser.ts';
export { type FormSession, openForm, postForm, signInAs } from './form-session.ts';
export { describeSessionStore, type SessionStoreUnderTest } from './session-store-contract.ts';
export { type BroughtBack, describeSignIn, type SignInUnderTest } from './sign-in-contract.ts';
