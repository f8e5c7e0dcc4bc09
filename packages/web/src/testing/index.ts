export {
  type AccessibilityFault,
  accessibilityFaults,
  chromiumPath,
  launchBrowser,
  scrollsSideways,
} from './browser.ts';
