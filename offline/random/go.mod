module github.com/cdktf-git-topology/offline/random

go 1.24.0

require github.com/terraform-providers/terraform-provider-random v1.3.2-0.20250422105519-bc2ddb552b46
