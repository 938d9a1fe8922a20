import type { RequestListener } from 'node:http';
import type { DataDirectory } from './data-directory.ts';
import { listen, type EmulatorServer } from './emulator-server.ts';
import type { PrivateDirectory } from './private-directory.ts';
import { CERTIFICATE_HOSTS } from './service-hosts.ts';
import { createTlsIdentity, isServiceable } from './tls-certificate.ts';

/** The second port, with TLS. */
export interface TlsEndpoint {
  readonly port: number;
  /** `https://localhost:PORT`; asked there, discovery answers hosts with this port. */
  readonly url: string;
  /** The authority to trust. It is constrained to `liveperson.net`, `localhost` and loopback addresses. */
  readonly caPem: string;
  /** A file with `caPem`, for `NODE_EXTRA_CA_CERTS` and the like: in the data folder if there is one, else gone when the emulator is closed. */
  readonly caPath: string;
}

/** Listens with TLS, under the authority of the data folder or a new one. */
export async function startTls(options: {
  readonly host: string;
  readonly port: number;
  readonly handler: RequestListener;
  readonly dataDirectory: DataDirectory | undefined;
  readonly privateDirectory: PrivateDirectory;
}): Promise<{ readonly server: EmulatorServer; readonly endpoint: TlsEndpoint }> {
  const { host, port: wantedPort, handler, dataDirectory, privateDirectory } = options;
  const kept = dataDirectory?.tls();
  const identity =
    kept !== undefined && isServiceable(kept, CERTIFICATE_HOSTS) ? kept : createTlsIdentity(CERTIFICATE_HOSTS);
  let caPath = dataDirectory?.keepTls(identity);
  const server = await listen({ host, port: wantedPort, handler, tls: identity });
  const { caPem } = identity;
  return {
    server,
    endpoint: {
      port: server.port,
      url: `https://localhost:${String(server.port)}`,
      caPem,
      get caPath() {
        return (caPath ??= privateDirectory.writeFile('ca.pem', caPem));
      },
    },
  };
}
