import { lifecycle, teardown } from './suites/lifecycle';
import { accessLogs } from './suites/access-log';
import { attacksByPacks } from './suites/attacks-packs';
import { attacksOnDirectory } from './suites/attacks-directory';
import { attacksOnPages } from './suites/attacks-pages';
import { authorisation } from './suites/authorisation';
import { billOfMaterials } from './suites/bill-of-materials';
import { browser } from './suites/browser';
import { cloneAndPush } from './suites/clone-and-push';
import { faults } from './suites/faults';
import { hardening } from './suites/hardening';
import { faultsUnderTraffic } from './suites/faults-under-traffic';
import { repeatedDeploys } from './suites/repeated-deploys';
import { secrets } from './suites/secrets';
import { segmentation } from './suites/segmentation';
import { ssh } from './suites/ssh';
import { sshRefusals } from './suites/ssh-refusals';
import { httpRedirect, tls } from './suites/tls';
import { trust } from './suites/trust';
import { urls } from './suites/urls';
import { Stack } from './support/stack';

const stack = new Stack('https-proxy');

// In this order: the first suite deploys, the last one destroys, and lock-outs and faults come after what needs peace.
describe('https-proxy', () => {
  describe('deploy', () => lifecycle(stack));
  describe('TLS', () => tls(stack));
  describe('plain HTTP', () => httpRedirect(stack));
  describe('trust', () => trust(stack));
  describe('URLs', () => urls(stack));
  describe('SSH', () => ssh(stack));
  describe('SSH refuses', () => sshRefusals(stack));
  describe('git', () => cloneAndPush(stack));
  describe('segmentation', () => segmentation(stack));
  describe('packs', () => attacksByPacks(stack));
  describe('pages', () => attacksOnPages(stack));
  describe('authorisation', () => authorisation(stack));
  describe('browser', () => browser(stack));
  describe('access logs', () => accessLogs(stack, ['proxy', 'git']));
  describe('logins', () => attacksOnDirectory(stack));
  describe('secrets', () => secrets(stack));
  describe('hardening', () => hardening(stack));
  describe('bill of materials', () => billOfMaterials(stack));
  describe('faults', () => faults(stack));
  describe('under traffic', () => faultsUnderTraffic(stack));
  describe('destroy', () => teardown(stack));
  describe('again', () => repeatedDeploys(stack.name));
});
