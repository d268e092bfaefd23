module github.com/cdktf-git-topology/offline/tls

go 1.24.0

require github.com/hashicorp/terraform-provider-tls v1.2.1-0.20250423195406-eefba144662d
