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
  /** What follows the environment's name, for example `git-data`, whatever the engine calls it. */
  public readonly name: string;
  /** Whether what is in it is lost with it. */
  public readonly holdsData: boolean;
  /** Whether it is one of the environment's `existingVolumes`. */
  public readonly isExisting: boolean;

  /** @param name what follows the environment's name, for example `git-data` */
  public constructor(scope: Construct, id: string, name: string, props: ServiceVolumeProps = {}) {
    super(scope, id);
    const environment = Environment.of(this);
    this.name = name;
    this.holdsData = props.holdsData ?? true;
    const existing = this.holdsData ? environment.existingVolume(name) : undefined;
    this.isExisting = existing !== undefined;
    if (existing !== undefined) {
      this.volumeName = existing;
      return;
    }
    const volume = new Volume(this, 'Resource', {
      name: environment.resourceName(this, name),
      labels: Object.entries(environment.labels).map(([label, value]) => ({ label, value })),
      ...(this.holdsData ? protection(this) : {}),
    });
    this.volumeName = volume.name;
  }
}
