#!/bin/sh
# Rolls a version out in Kubernetes, and waits until every pod has it.
#
#   deploy/kubernetes.sh deploy      sets the image to $IMAGE:$PLIMSOLL_VERSION
#   deploy/kubernetes.sh rollback    the same: pods of the version before are made anew from its image
#
# deploy/kubernetes.yaml is applied once. With a version that is not known, the rollout before is taken back.
set -eu

IMAGE=${IMAGE:-registry.example.org/service}
NAMESPACE=${NAMESPACE:-default}
TIMEOUT=${TIMEOUT:-300s}
KUBECTL=${KUBECTL:-kubectl}
version=${PLIMSOLL_VERSION:-}

kube() { $KUBECTL --namespace "$NAMESPACE" "$@"; }

case "${1:-}" in
deploy | rollback)
  if [ -n "$version" ]; then
    kube set image deployment/service "service=$IMAGE:$version"
  elif [ "$1" = rollback ]; then
    kube rollout undo deployment/service
  else
    echo 'PLIMSOLL_VERSION says which version' >&2
    exit 2
  fi
  kube rollout status deployment/service --timeout="$TIMEOUT"
  ;;
*)
  echo "usage: $0 deploy|rollback" >&2
  exit 2
  ;;
esac
