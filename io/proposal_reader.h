/* Reading a proposal of an outfall: a YAML file of the applicant's. docs/permit.md. */
#ifndef QH_IO_PROPOSAL_READER_H
#define QH_IO_PROPOSAL_READER_H

#include "model/proposal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the proposal `path` against a case, with the scenarios that it names. Every problem is added to diag; QH_E_INPUT
 * when there was one, QH_E_IO when the file cannot be read. The case must live as long as the proposal. */
qh_status qh_proposal_read(const qh_case *river_case, const char *path, qh_diag *diag, qh_proposal **proposal);

/* The path of a proposal by `name`, in `arena`: a file where it has a slash or ends in .yaml, else NAME.yaml of the
 * case's folder `proposals`. QH_E_INPUT with a message when there is no such file. */
qh_status qh_proposal_path(qh_arena *arena, const qh_case *river_case, const char *name, qh_diag *diag,
                           const char **path);

/* The path of the proposal in that folder that asks for the outfall `code`, in `arena`; NULL where there is none. */
qh_status qh_proposal_of_code(qh_arena *arena, const qh_case *river_case, const char *code, const char **path);

#ifdef __cplusplus
}
#endif
#endif
