import { Kbd, Modal, Table } from "@mantine/core";

const keys: [string[], string][] = [
  [["Ctrl", "K"], "Jump to any page, site, server, pair or deploy, or begin something on a pair"],
  [["/"], "Search the list"],
  [["j"], "Next row"],
  [["k"], "Previous row"],
  [["x"], "Tick the row"],
  [["Shift", "click"], "Tick everything up to this row"],
  [["Esc"], "Clear the ticks, close what is open"],
];

/** The keys, in one place. */
export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts">
      <Table>
        <Table.Tbody>
          {keys.map(([combination, meaning]) => (
            <Table.Tr key={meaning}>
              <Table.Td w={140}>
                {combination.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
