import { ConfigError } from '@practice-exchange/platform';
import { OpenIdConnectSignIn, type SignIn } from '@practice-exchange/web';
import type { HubConfig } from './config.ts';

/**
 * How people sign in at a hub that runs by itself: OpenID Connect. Sign-in as demo people is built by the demo network alone.
 * Throws `ConfigError` when it is not configured, `sign-in-unavailable` when the issuer cannot be used.
 */
export async function signInFor(config: HubConfig): Promise<SignIn> {
  if (!config.openIdConnect) {
    throw new ConfigError(
      ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'].map(
        (name) => `${name}: expected what signs people in by OpenID Connect; it is not set`,
      ),
    );
  }
  return OpenIdConnectSignIn.discover({
    ...config.openIdConnect,
    postLogoutRedirectUri: `${config.url}/signed-out`,
    allowInsecure: !config.production,
  });
}
