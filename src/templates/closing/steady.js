// A steady load for k6: 20 users for two minutes. The thresholds are what fails the run.
import http from 'k6/http';
import { check } from 'k6';

export const options = {
  vus: 20,
  duration: '2m',
  thresholds: {
    http_req_failed: ['rate<0.01'],
    http_req_duration: ['p(95)<500', 'p(99)<2000'],
  },
};

export default function steady() {
  check(http.get(`${__ENV.TARGET_URL}/`), { 'answers': (answer) => answer.status === 200 });
}
