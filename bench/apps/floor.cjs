// The least that an app of these constructs can cost: Node.js loads cdktf and the classes of providers that are used.
require('cdktf');
for (const name of ['container', 'data-docker-network', 'image', 'network', 'provider', 'volume'])
  require(`@cdktf/provider-docker/lib/${name}`);
for (const name of ['cert-request', 'locally-signed-cert', 'private-key', 'provider', 'self-signed-cert']) {
  require(`@cdktf/provider-tls/lib/${name}`);
}
for (const name of ['id', 'password', 'provider']) require(`@cdktf/provider-random/lib/${name}`);
