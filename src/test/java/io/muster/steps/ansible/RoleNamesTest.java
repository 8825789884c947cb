package io.muster.steps.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- hosts: all\n  roles:\n    - role: notes_api\n",
                "- hosts: all\n  roles:\n    - notes_api # the service\n",
                "- hosts: all\n  roles: [base, 'notes_api']\n",
                "- hosts: all\n  roles: [notes_api]\r\n",
                "- hosts: all\n  roles:\n    - {role: \"notes_api\", tags: x}\n",
                "- hosts: all\n  tasks:\n    - ansible.builtin.include_role:\n        name: notes_api\n",
                "- hosts: all\n  tasks:\n    - import_role: {name: notes_api}\n",
                "- hosts: all\n  roles:\n    - role: ../roles/notes_api\n"
            })
    void aRoleIsFoundAsPlaybooksNameIt(String playbook) {
        assertThat(RoleNames.uses(playbook, "notes_api")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "- hosts: all\n  roles:\n    # - role: notes_api\n    - role: other\n",
                "- hosts: all\n  roles:\n    - role: notes_api_old\n    - old_notes_api\n",
                "- name: notes_api\n  hosts: notes_api\n  roles: []\n",
                "- name: Deploy notes_api\n  hosts: all\n",
                "- hosts: all\n  roles:\n    - role: notesXapi\n"
            })
    void whatIsNotTheRoleIsNotTakenForIt(String playbook) {
        assertThat(RoleNames.uses(playbook, "notes_api")).isFalse();
        assertThat(RoleNames.uses(playbook, "notes.api")).isFalse();
    }
}
