import { Volume } from '@cdktf/provider-docker/lib/volume';
import { Construct } from 'constructs';
import { Environment } from '../environment';
import { protection } from '../protection';

/** What a volume is for. */
export interface ServiceVolumeProps {
  /** Whether what is in it is lost with it. Files that a deploy writes anew are not. @default true */
  readonly holdsData?: boolean;
}

/**
 * A named volume: the data of a service, which outlives its container. Its name and labels never change, because a
 * change of either would replace it. One of the environment's `existingVolumes` is used as it is. Where the environment has `protectData`, Terraform refuses to destroy it.
 * @see https://docs.docker.com/engine/storage/volumes/
 */
export class ServiceVolume extends Construct {
  /** The name on the Docker engine; of a volume that is made, as a reference that makes its users wait for it. */
  public readonly volumeName: string;

  /** @param name what follows the environment's name, for example `git-data` */
  public constructor(scope: Construct, id: string, name: string, props: ServiceVolumeProps = {}) {
    super(scope, id);
    const environment = Environment.of(this);
    const existing = props.holdsData === false ? undefined : environment.existingVolume(name);
    if (existing !== undefined) {
      this.volumeName = existing;
      return;
    }
    const volume = new Volume(this, 'Resource', {
      name: environment.resourceName(this, name),
      labels: Object.entries(environment.labels).map(([label, value]) => ({ label, value })),
      ...(props.holdsData === false ? {} : protection(this)),
    });
    this.volumeName = volume.name;
  }
}
